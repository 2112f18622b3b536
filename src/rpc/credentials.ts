// The package is CommonJS: Node exposes its exports object as the default import.
import alicloud from '@alicloud/credentials';
import type { Credentials } from './signature.ts';

/** Returns the credentials for the next call. */
export type CredentialsProvider = () => Promise<Credentials>;

/**
 * The vendor's default chain: environment variables, OIDC role, CLI profile, credentials file, ECS instance role,
 * credentials URI. The chain refreshes temporary credentials before they expire.
 */
export function credentialChain(): CredentialsProvider {
  let chain = new alicloud.default();
  let pending: Promise<Credentials> | undefined;

  async function get(): Promise<Credentials> {
    try {
      const { accessKeyId, accessKeySecret, securityToken } = await chain.getCredential();
      if (!accessKeyId || !accessKeySecret) throw new Error('the credential chain returned no access key');
      return { accessKeyId, accessKeySecret, securityToken: securityToken || undefined };
    } catch (error) {
      // After a failure, a chain keeps to the source it tried last. A new chain starts from the first source.
      chain = new alicloud.default();
      throw error;
    } finally {
      pending = undefined;
    }
  }

  // Concurrent calls share one lookup because metadata services are also throttled.
  return () => {
    pending ??= get();
    return pending;
  };
}
