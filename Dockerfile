FROM node:24-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
COPY packages packages
COPY scripts scripts
RUN npm ci --workspace packages/local --workspace packages/web --include-workspace-root \
  && npm run build:server && npm run web:build

FROM node:24-slim
WORKDIR /runmeta
# The server is one bundle; only SQLite, which brings a binary, is a package beside it.
COPY --from=build /build/packages/local/dist dist
COPY --from=build /build/node_modules/@photostructure/sqlite node_modules/@photostructure/sqlite
COPY --from=build /build/node_modules/node-gyp-build node_modules/node-gyp-build
RUN mkdir /data && chown node:node /data
USER node
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8787 RUNMETA_DATA=/data
VOLUME /data
EXPOSE 8787
HEALTHCHECK --interval=10s --timeout=6s --start-period=10s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/v1/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/main.mjs"]
