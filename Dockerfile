# syntax=docker/dockerfile:1
# The gateway as an image. Node.js runs the .ts files themselves, so nothing is compiled: the first stage installs what
# src/ imports, the second one has that, src/ and Node.js. Build it at the root of the repository.
#
#   docker build --tag vod-ai-gateway:0.1.0 .

# The release of Node.js that package.json pins for development and tests.
FROM node:24.21.0-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# `npm install`, not `npm ci`: both take the versions and checksums of the lockfile, but `npm ci` refuses to start where
# optional packages for other platforms are not in it, and a registry need not have them all. The development
# dependencies, with the `node` package among them, stay out; no package runs a script of its own.
RUN npm install --omit=dev --ignore-scripts

FROM node:24.21.0-bookworm-slim
LABEL org.opencontainers.image.title="vod-ai-gateway" \
      org.opencontainers.image.description="A GraphQL gateway over the AI jobs of ApsaraVideo VOD" \
      org.opencontainers.image.version="0.1.0"
# Nothing is installed at run time. The folder of the embedded ledger belongs to who runs the gateway.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn-* \
      /usr/local/bin/yarn /usr/local/bin/yarnpkg \
 && install -d -o 1000 -g 1000 -m 0700 /data
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json ./
COPY schema ./schema
COPY src ./src
# In production introspection and GraphiQL are off, and on this address the gateway starts only with callers configured.
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=4000 \
    DATA_DIR=/data
# The image's own user `node`, as a number: Kubernetes can then tell that it is not root.
USER 1000:1000
EXPOSE 4000
# Of use where DATABASE_URL is not set. Everything else may be read-only; /tmp is written by the embedded emulator alone.
VOLUME ["/data"]
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Node.js itself is the first process: it is sent SIGTERM, and finishes what runs.
ENTRYPOINT ["node", "src/main.ts"]
