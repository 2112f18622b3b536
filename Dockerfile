# syntax=docker/dockerfile:1
# The image of the gateway. Node.js runs the .ts files directly, so there is no build step: the first stage installs the
# production dependencies, and the second contains them, src/ and Node.js. Build it at the root of the repository:
#
#   docker build --tag vod-ai-gateway:0.1.0 .

# The same release of Node.js as in package.json, which development and tests use.
FROM node:24.21.0-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# `npm install` and `npm ci` both use the versions and checksums of the lockfile. But `npm ci` fails if the lockfile lacks
# optional packages for other platforms, which some registries do not have. Development dependencies, which include the
# `node` package, are omitted, and packages run no install scripts.
RUN npm install --omit=dev --ignore-scripts

FROM node:24.21.0-bookworm-slim
LABEL org.opencontainers.image.title="vod-ai-gateway" \
      org.opencontainers.image.description="A GraphQL gateway over the AI jobs of ApsaraVideo VOD" \
      org.opencontainers.image.version="0.1.0"
# Package managers are not needed at run time. The gateway's user owns the folder of the embedded ledger.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn-* \
      /usr/local/bin/yarn /usr/local/bin/yarnpkg \
 && install -d -o 1000 -g 1000 -m 0700 /data
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json ./
COPY schema ./schema
COPY src ./src
# In production, introspection and GraphiQL are off. On this address the gateway starts only if callers are configured.
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=4000 \
    DATA_DIR=/data
# The image's user `node`, as a number, so that Kubernetes can verify that it is not root.
USER 1000:1000
EXPOSE 4000
# Used if DATABASE_URL is not set. The rest of the file system may be read-only; only the embedded emulator writes to /tmp.
VOLUME ["/data"]
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Node.js is the first process, so it receives SIGTERM and can finish running requests.
ENTRYPOINT ["node", "src/main.ts"]
