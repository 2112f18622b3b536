/** An error response of the emulated API. Code that throws it rejects the call. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;

  /**
   * @param status the HTTP status
   * @param code the API's error code, e.g. `InvalidVideo.NotFound`
   */
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** The JSON body of an error response, as the API's error documents describe it. */
export function errorBody(error: ApiError, requestId: string, hostId: string) {
  const query = `Keyword=${encodeURIComponent(error.code)}&source=PopGw`;
  return {
    RequestId: requestId,
    HostId: hostId,
    Code: error.code,
    Message: error.message,
    Recommend: `https://error-center.aliyun.com/status/search?${query}`,
  };
}

/** `Missing<Name>`: the API gateway's error for a missing parameter that the action declares as required. */
export function missingParameter(name: string): ApiError {
  return new ApiError(400, `Missing${name}`, `${name} is mandatory for this action.`);
}

/** `InvalidParameter`: the action does not accept a parameter's value. */
export function invalidParameter(message: string): ApiError {
  return new ApiError(400, 'InvalidParameter', message);
}

/** `OperationDenied`: the operation is not available with any parameters. */
export function operationDenied(message: string): ApiError {
  return new ApiError(403, 'OperationDenied', message);
}

/** The call exceeds a quota: `Throttling` with HTTP 503, `Throttling.User` with any other status. VOD has both. */
export function throttled(status = 400): ApiError {
  return status === 503
    ? new ApiError(status, 'Throttling', 'Request was denied due to request throttling.')
    : new ApiError(status, 'Throttling.User', 'Request was denied due to user flow control.');
}
