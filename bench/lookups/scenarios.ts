import { type Contestant, gatewayToldTheQuota, loggingGateway, peers, thisGateway } from './contestants.ts';

/** A kind of load. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly idsPerRequest: number;
  /** How many of them are of finished jobs, which come again after {@link FINISHED_JOBS}. All others come once. */
  readonly finishedPerRequest: number;
  /** `jobs`: `aiJob` or `aiJobs`. `entities`: a router's `_entities`, without `data`. */
  readonly query: 'jobs' | 'entities';
  /** Calls a second that the upstream accepts; 0: all. */
  readonly quota: number;
  /** The first is the one that all are compared with. */
  readonly contestants: readonly Contestant[];
}

/** How many clients ask, each for the next as soon as it has its answer. */
export const CLIENTS = 64;

/** The number of finished jobs. */
export const FINISHED_JOBS = 200;

const all = [thisGateway, loggingGateway, ...peers];

export const scenarios: readonly Scenario[] = [
  {
    name: 'one-unfinished',
    title: 'One unfinished job a request',
    idsPerRequest: 1,
    finishedPerRequest: 0,
    query: 'jobs',
    quota: 0,
    contestants: all,
  },
  {
    name: 'twenty-ids',
    title: 'Twenty unfinished jobs a request',
    idsPerRequest: 20,
    finishedPerRequest: 0,
    query: 'jobs',
    quota: 0,
    contestants: all,
  },
  {
    name: 'quota',
    title: 'One unfinished job a request, 50 calls a second allowed',
    idsPerRequest: 1,
    finishedPerRequest: 0,
    query: 'jobs',
    quota: 50,
    contestants: [thisGateway, gatewayToldTheQuota, ...peers],
  },
  {
    name: 'finished',
    title: `Finished jobs asked again, one a request out of ${FINISHED_JOBS}`,
    idsPerRequest: 1,
    finishedPerRequest: 1,
    query: 'jobs',
    quota: 0,
    contestants: all,
  },
  {
    name: 'page',
    title: 'A page of a federated router: 25 references, 20 of them finished jobs',
    idsPerRequest: 25,
    finishedPerRequest: 20,
    query: 'entities',
    quota: 0,
    contestants: all,
  },
];

/** The scenario that the option `--only` names. Throws if there is none with this name. */
export function scenarioNamed(only: string): Scenario {
  const scenario = scenarios.find(({ name }) => name === only);
  if (!scenario) throw new Error(`--only: expected one of ${scenarios.map(({ name }) => name).join(', ')}`);
  return scenario;
}
