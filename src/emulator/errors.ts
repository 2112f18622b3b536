/** What a refused call is answered with, as the API's error documents describe it. */
export interface ErrorBody {
  readonly RequestId: string;
  readonly HostId: string;
  readonly Code: string;
  readonly Message: string;
  readonly Recommend: string;
}

/** A call that the emulated API refuses. */
export class RefusedCall extends Error {
  override readonly name = 'RefusedCall';
  readonly status: number;
  readonly code: string;

  /**
   * @param status the HTTP status of the answer
   * @param code the API's error code, e.g. `InvalidVideo.NotFound`
   */
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** The JSON body that reports a refusal. */
export function errorBody(error: RefusedCall, requestId: string, hostId: string): ErrorBody {
  const query = `Keyword=${encodeURIComponent(error.code)}&source=PopGw`;
  return {
    RequestId: requestId,
    HostId: hostId,
    Code: error.code,
    Message: error.message,
    Recommend: `https://error-center.aliyun.com/status/search?${query}`,
  };
}

/** `Missing<Name>`: what the API's gateway says where a parameter is not there that the action declares as required. */
export function missingParameter(name: string): RefusedCall {
  return new RefusedCall(400, `Missing${name}`, `${name} is mandatory for this action.`);
}

/** `OperationDenied`: what is asked for is not to be had, whatever the parameters. */
export function operationDenied(message: string): RefusedCall {
  return new RefusedCall(403, 'OperationDenied', message);
}

/** `InvalidParameter`: a parameter is there, and is not what the action takes. */
export function invalidParameter(message: string): RefusedCall {
  return new RefusedCall(400, 'InvalidParameter', message);
}
