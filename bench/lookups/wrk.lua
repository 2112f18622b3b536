-- The load, the same for all servers. After `--`: the operation (job, jobs or aliases), how many ids a request asks for,
-- how the ids start, the number of the first id, and after how many ids they come again (0: never).
-- Ids are those of jobs.ts. One line of JSON with what came of it is the last line printed.

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

local fields = '{ id type status video { id } data }'
local prefix, idsPerRequest, number, first, period, variables
local head
sent = 0
wrong = 0

local function nextId()
  local id = string.format('"%s%031x"', prefix, number)
  number = number + 1
  if period > 0 and number == first + period then number = first end
  return id
end

-- A job at a time: {"id": …}
local function oneId()
  return '{"id":' .. nextId() .. '}'
end

-- A list: {"ids": […]}
local function listOfIds()
  local ids = {}
  for i = 1, idsPerRequest do ids[i] = nextId() end
  return '{"ids":[' .. table.concat(ids, ',') .. ']}'
end

-- A variable for each: {"i1": …, "i2": …}
local function idEach()
  local ids = {}
  for i = 1, idsPerRequest do ids[i] = '"i' .. i .. '":' .. nextId() end
  return '{' .. table.concat(ids, ',') .. '}'
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
  idsPerRequest = tonumber(args[2])
  prefix = args[3]
  first = tonumber(args[4])
  number = first
  period = tonumber(args[5])
  local query
  if operation == 'job' then
    query = 'query Job($id: ID!) { aiJob(id: $id) ' .. fields .. ' }'
    variables = oneId
  elseif operation == 'jobs' then
    query = 'query Jobs($ids: [ID!]!) { aiJobs(ids: $ids) ' .. fields .. ' }'
    variables = listOfIds
  else
    query = aliases()
    variables = idEach
  end
  head = '{"query":"' .. query .. '","variables":'
  wrk.method = 'POST'
  wrk.headers['content-type'] = 'application/json'
  wrk.headers['accept'] = 'application/json'
end

function request()
  sent = sent + 1
  wrk.body = head .. variables() .. '}'
  return wrk.format()
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
