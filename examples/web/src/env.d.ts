/** Variables that Vite reads from the environment and from `.env` files. */
interface ImportMetaEnv {
  /** The gateway's GraphQL endpoint. */
  readonly VITE_GATEWAY_URL?: string;
  /** The origin that serves `/<video id>/video.webm`. Without it, the app has no player. */
  readonly VITE_MEDIA_BASE?: string;
}
