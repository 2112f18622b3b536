import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { addressKey, type Caller, callerKey } from '../auth/caller.ts';
import { LinkedList } from '../linked-list.ts';
import type { HeapPressure } from './heap.ts';
import { refuseUpgrade, respondWithError } from './respond.ts';
import { Slots } from './slots.ts';

/** The value of `Retry-After`: most requests finish within a second. */
const RETRY_AFTER_SECONDS = 1;

export interface OverloadOptions {
  /** The maximum number of unfinished requests. As many may be on their way. Streams do not count. */
  readonly maxRequests: number;
  /** The maximum number of event streams, WebSockets and requests that wait for jobs. */
  readonly maxStreams: number;
  /** Sheds all new work while the heap is almost full. Without it, the heap is not watched. */
  readonly heap?: Pick<HeapPressure, 'isHigh'> | undefined;
  /** Called for each rejected request. */
  readonly onShed: () => void;
}

/**
 * Rejects requests over the limits immediately. A queue would use memory, and its clients would time out.
 *
 * A request first counts as unauthenticated, then as a body on its way, then as a request, and then as a stream if its
 * response becomes one. A half-sent body therefore takes no place from a request.
 */
export class Overload {
  readonly #options: OverloadOptions;
  readonly #unauthenticated: Slots;
  readonly #bodies: Slots;
  /** Requests that are executed, over all transports. */
  readonly #requests: Slots;
  /** Event streams, WebSockets and requests that wait for jobs. */
  readonly #streams: Slots;
  readonly #responses = new LinkedList<PlacedResponse>();

  constructor(options: OverloadOptions) {
    this.#options = options;
    this.#unauthenticated = new Slots(options.maxRequests);
    this.#bodies = new Slots(options.maxRequests);
    this.#requests = new Slots(options.maxRequests);
    this.#streams = new Slots(options.maxStreams);
  }

  /** The unfinished responses, streams included. */
  get responses(): Iterable<ServerResponse> {
    return this.#responses.values();
  }

  /**
   * Accepts a request whose caller is not known yet. If the gateway is full, it sends the error and returns false:
   * neither the credentials nor the body are read.
   */
  admit(request: IncomingMessage, response: ServerResponse): boolean {
    const place = new Place(addressKey(request.socket.remoteAddress));
    const isFull =
      this.#requests.isFull || this.#bodies.isFull || (isStream(request) && this.#streams.isFull);
    if (this.#isHeapHigh || isFull || !place.moveTo(this.#unauthenticated)) {
      this.#refuse(request, response);
      return false;
    }
    const placed: PlacedResponse = response;
    placed[placeOf] = place;
    const link = this.#responses.add(placed);
    response.on('close', () => {
      placed[placeOf] = undefined;
      this.#responses.remove(link);
      place.close();
    });
    return true;
  }

  /**
   * Gives up the slot of an admitted request that waits for another service, until {@link awaitBody} or {@link start}. The
   * caller of this method bounds the number of such requests.
   */
  leave(response: PlacedResponse): void {
    response[placeOf]?.close();
  }

  /** Counts an admitted request as a body on its way. If its caller has too many, it sends the error and returns false. */
  awaitBody(request: IncomingMessage, response: ServerResponse, caller: Caller | undefined): boolean {
    return this.#move(this.#bodies, request, response, caller);
  }

  /** Counts an admitted request as one that is executed. If its caller has too many, as {@link awaitBody}. */
  start(request: IncomingMessage, response: ServerResponse, caller: Caller | undefined): boolean {
    return this.#move(this.#requests, request, response, caller);
  }

  /**
   * Counts a request as a stream from now on, however often it is called. Returns false if there are too many streams, or
   * too many of its caller.
   */
  becomeStream(response: PlacedResponse): boolean {
    const place = response[placeOf];
    // A closed response needs no place: its operation is being cancelled.
    return !place || place.isIn(this.#streams) || this.#isAccepted(place.moveTo(this.#streams));
  }

  /** Whether a WebSocket may be opened. Over the limit, it sends the error and returns false. */
  admitUpgrade(socket: Duplex): boolean {
    if (this.#isAccepted(!this.#isHeapHigh && !this.#streams.isFull)) return true;
    refuseUpgrade(socket, '503 Service Unavailable', { 'retry-after': String(RETRY_AFTER_SECONDS) });
    return false;
  }

  /** Counts a WebSocket, or a request over one, for the caller with this key. Returns false if there are too many. */
  take(kind: 'stream' | 'request', key: string): boolean {
    return this.#isAccepted(!this.#isHeapHigh && this.#slotsOf(kind).take(key));
  }

  /** Ends what {@link take} has counted. */
  release(kind: 'stream' | 'request', key: string): void {
    this.#slotsOf(kind).release(key);
  }

  get #isHeapHigh(): boolean {
    return this.#options.heap?.isHigh === true;
  }

  #slotsOf(kind: 'stream' | 'request'): Slots {
    return kind === 'stream' ? this.#streams : this.#requests;
  }

  #move(slots: Slots, request: IncomingMessage, response: PlacedResponse, caller?: Caller): boolean {
    const place = response[placeOf];
    // The client has disconnected in the meantime.
    if (!place) return false;
    if (caller && place.caller !== caller) {
      place.caller = caller;
      place.key = callerKey(caller, request.socket.remoteAddress);
    }
    if (place.moveTo(slots)) return true;
    this.#refuse(request, response);
    return false;
  }

  #isAccepted(isAccepted: boolean): boolean {
    if (!isAccepted) this.#options.onShed();
    return isAccepted;
  }

  #refuse(request: IncomingMessage, response: ServerResponse): void {
    this.#options.onShed();
    respondWithError(request, response, {
      status: 503,
      code: 'OVERLOADED',
      message: 'expected fewer requests at once; got one more than can be served',
      extensions: { retryAfterMs: RETRY_AFTER_SECONDS * 1000 },
      headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
    });
  }
}

/** The key of an admitted response's place. */
const placeOf = Symbol('place');

/** A response, with its place between its admission and its end. */
type PlacedResponse = ServerResponse & { [placeOf]?: Place | undefined };

/** The slot that a request holds at the moment. */
class Place {
  /** `undefined` until the caller is authenticated. */
  caller: Caller | undefined;
  /** The key under which the next slot is taken. */
  key: string;
  #slots: Slots | undefined;
  #heldKey = '';

  constructor(key: string) {
    this.key = key;
  }

  isIn(slots: Slots): boolean {
    return this.#slots === slots;
  }

  /** Exchanges the slot for one of these. Returns false if there is none, and then holds no slot. */
  moveTo(slots: Slots): boolean {
    this.close();
    if (!slots.take(this.key)) return false;
    this.#slots = slots;
    this.#heldKey = this.key;
    return true;
  }

  close(): void {
    this.#slots?.release(this.#heldKey);
    this.#slots = undefined;
  }
}

/** Whether the response can only be a stream. */
function isStream({ headers: { accept = '' } }: IncomingMessage): boolean {
  return accept.includes('text/event-stream') && !accept.includes('json');
}
