-- The load, the same for all servers. After `--`: the operation (job, jobs, entities or aliases), which fields (data or
-- state), how many ids a request asks for, the number of the first one, how many of them are of finished jobs, and after how
-- many ids those come again. Ids are those of jobs.ts. One line of JSON with what came of it is the last line printed.

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

local fields, idsPerRequest, number, finishedPerRequest, finishedJobs, variables
local finished = 0
local start, head
sent = 0
wrong = 0

-- The first ids of a request are of finished jobs.
local function id(index)
  if index <= finishedPerRequest then
    finished = finished % finishedJobs + 1
    return string.format('"f%031x"', finished)
  end
  number = number + 1
  return string.format('"e%031x"', number)
end

-- A job at a time: {"id": …}
local function oneId()
  return '{"id":' .. id(1) .. '}'
end

local function each(format)
  local items = {}
  for i = 1, idsPerRequest do items[i] = format(i, id(i)) end
  return table.concat(items, ',')
end

-- A list: {"ids": […]}
local function listOfIds()
  return '{"ids":[' .. each(function(_, text) return text end) .. ']}'
end

-- References as a router sends them: {"representations": […]}
local function references()
  return '{"representations":[' .. each(function(_, text) return '{"__typename":"AIJob","id":' .. text .. '}' end) .. ']}'
end

-- A variable for each: {"i1": …, "i2": …}
local function idEach()
  return '{' .. each(function(i, text) return '"i' .. i .. '":' .. text end) .. '}'
end

local function aliases()
  local parameters, selections = {}, {}
  for i = 1, idsPerRequest do
    parameters[i] = '$i' .. i .. ': ID!'
    selections[i] = 'j' .. i .. ': aiJob(id: $i' .. i .. ') ' .. fields
  end
  return 'query Jobs(' .. table.concat(parameters, ', ') .. ') { ' .. table.concat(selections, ' ') .. ' }'
end

function init(args)
  local operation = args[1]
  fields = args[2] == 'data' and '{ id type status video { id } data }' or '{ id type status video { id } }'
  idsPerRequest = tonumber(args[3])
  number = tonumber(args[4])
  finishedPerRequest = tonumber(args[5])
  finishedJobs = tonumber(args[6])
  local query
  if operation == 'job' then
    query = 'query Job($id: ID!) { aiJob(id: $id) ' .. fields .. ' }'
    variables = oneId
  elseif operation == 'jobs' then
    query = 'query Jobs($ids: [ID!]!) { aiJobs(ids: $ids) ' .. fields .. ' }'
    variables = listOfIds
  elseif operation == 'entities' then
    query = 'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on AIJob ' .. fields .. ' } }'
    variables = references
  else
    query = aliases()
    variables = idEach
  end
  head = '{"query":"' .. query .. '","variables":'
  -- `wrk.format` puts the headers in a different order in each run. Node's hidden classes depend on it: each run would begin with
  -- functions that are compiled again.
  start = 'POST ' .. wrk.path .. ' HTTP/1.1\r\nHost: ' .. wrk.headers['Host'] ..
    '\r\nContent-Type: application/json\r\nAccept: application/json\r\nContent-Length: '
end

function request()
  sent = sent + 1
  local body = head .. variables() .. '}'
  return start .. #body .. '\r\n\r\n' .. body
end

-- The answers' texts have their quotes escaped: what is found is a key.
function response(status, headers, body)
  if status ~= 200 or string.find(body, '"errors"', 1, true) then wrong = wrong + 1 end
end

function done(summary, latency, requests)
  local totalSent, totalWrong = 0, 0
  for _, thread in ipairs(threads) do
    totalSent = totalSent + thread:get('sent')
    totalWrong = totalWrong + thread:get('wrong')
  end
  local lost = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  print(string.format(
    '\n{"requests":%d,"seconds":%.6f,"sent":%d,"wrong":%d,"lost":%d,"p50Ms":%.3f,"p99Ms":%.3f}',
    summary.requests, summary.duration / 1e6, totalSent, totalWrong, lost,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3
  ))
end
