# Debian, for flock and setpriv of util-linux: see docs/decisions/0006-one-engine-one-data-directory.md
FROM node:24-slim
WORKDIR /runmeta
COPY package.json package-lock.json ./
COPY packages packages
# Only what the server needs; nothing of it has to run a script of its own to be installed.
RUN npm ci --omit=dev --ignore-scripts --workspace packages/local && npm cache clean --force
RUN mkdir /data && chown node:node /data
USER node
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8787 RUNMETA_DATA=/data
VOLUME /data
EXPOSE 8787
HEALTHCHECK --interval=10s --timeout=6s --start-period=10s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/v1/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--import", "tsx", "packages/local/src/main.ts"]
