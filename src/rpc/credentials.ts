import type { Credentials } from './signature.ts';

/** Returns the credentials for the next call. */
export type CredentialsProvider = () => Promise<Credentials>;

/**
 * The vendor's default chain: environment variables, OIDC role, CLI profile, credentials file, ECS instance role,
 * credentials URI. The chain refreshes temporary credentials before they expire.
 */
export function credentialChain(): CredentialsProvider {
  let chain: Promise<Chain> | undefined;
  let pending: Promise<Credentials> | undefined;

  async function get(): Promise<Credentials> {
    try {
      chain ??= newChain();
      const { accessKeyId, accessKeySecret, securityToken } = await (await chain).getCredential();
      if (!accessKeyId || !accessKeySecret) throw new Error('the credential chain returned no access key');
      return { accessKeyId, accessKeySecret, securityToken: securityToken || undefined };
    } catch (error) {
      // After a failure, a chain keeps to the source it tried last. A new chain starts from the first source.
      chain = undefined;
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

/** Loads the package when the first call needs it, so that the gateway listens sooner. */
async function newChain() {
  // The package is CommonJS: Node exposes its exports object as the default import.
  const { default: alicloud } = await import('@alicloud/credentials');
  return new alicloud.default();
}

type Chain = Awaited<ReturnType<typeof newChain>>;
