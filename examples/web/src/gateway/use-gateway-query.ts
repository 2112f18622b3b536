import { useEffect, useRef } from 'react';
import { type AnyVariables, type UseQueryArgs, type UseQueryResponse, useQuery } from 'urql';
import { connection } from './connection.ts';
import { useStore } from './store.ts';

/** `useQuery` that reads again when a lost connection is restored. */
export function useGatewayQuery<Data, Variables extends AnyVariables>(
  args: UseQueryArgs<Variables, Data>,
): UseQueryResponse<Data, Variables> {
  const response = useQuery<Data, Variables>(args);
  const [, readAgain] = response;
  const { restored } = useStore(connection);
  const seen = useRef(restored);
  useEffect(() => {
    if (seen.current === restored) return;
    seen.current = restored;
    readAgain({ requestPolicy: 'network-only' });
  }, [restored, readAgain]);
  return response;
}
