import { FINISHED, UNFINISHED } from '../jobs.ts';
import { type Contestant, gatewayToldTheQuota, peers, thisGateway } from './contestants.ts';

/** A kind of load. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly idsPerRequest: number;
  /** How the ids of its jobs start. */
  readonly prefix: typeof FINISHED | typeof UNFINISHED;
  /** After so many ids they come again; 0: never. */
  readonly period: number;
  /** Calls a second that the upstream accepts; 0: all. */
  readonly quota: number;
  /** The first is the one that all are compared with. */
  readonly contestants: readonly Contestant[];
}

/** How many clients ask, each for the next as soon as it has its answer. */
export const CLIENTS = 64;

const all = [thisGateway, ...peers];

export const scenarios: readonly Scenario[] = [
  {
    name: 'one-unfinished',
    title: 'One unfinished job a request',
    idsPerRequest: 1,
    prefix: UNFINISHED,
    period: 0,
    quota: 0,
    contestants: all,
  },
  {
    name: 'twenty-ids',
    title: 'Twenty unfinished jobs a request',
    idsPerRequest: 20,
    prefix: UNFINISHED,
    period: 0,
    quota: 0,
    contestants: all,
  },
  {
    name: 'quota',
    title: 'One unfinished job a request, 50 calls a second allowed',
    idsPerRequest: 1,
    prefix: UNFINISHED,
    period: 0,
    quota: 50,
    contestants: [thisGateway, gatewayToldTheQuota, ...peers],
  },
  {
    name: 'finished',
    title: 'Finished jobs asked again, one a request out of 200',
    idsPerRequest: 1,
    prefix: FINISHED,
    period: 200,
    quota: 0,
    contestants: all,
  },
];
