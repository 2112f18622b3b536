// The package is CommonJS: Node hands out its exports object as the default import.
import alicloud from '@alicloud/credentials';
import type { Credentials } from './signature.ts';

/** Gives the credentials to sign the next call with. */
export type CredentialsProvider = () => Promise<Credentials>;

/**
 * The vendor's default chain: environment variables, OIDC role, CLI profile, credentials file, the ECS instance's
 * role, a credentials URI. Temporary credentials are refreshed by it before they expire.
 */
export function credentialChain(): CredentialsProvider {
  let chain = new alicloud.default();
  let pending: Promise<Credentials> | undefined;

  async function get(): Promise<Credentials> {
    try {
      const { accessKeyId, accessKeySecret, securityToken } = await chain.getCredential();
      if (!accessKeyId || !accessKeySecret) throw new Error('the credential chain gave no access key');
      return { accessKeyId, accessKeySecret, securityToken: securityToken || undefined };
    } catch (error) {
      // A chain that failed sticks to the source it tried last; a new one starts from the first again.
      chain = new alicloud.default();
      throw error;
    } finally {
      pending = undefined;
    }
  }

  // Calls that come while a source is being asked share its answer: a metadata service is throttled, too.
  return () => {
    pending ??= get();
    return pending;
  };
}
