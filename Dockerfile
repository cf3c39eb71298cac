FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY shared/package.json shared/
COPY server/package.json server/
COPY client/package.json client/
COPY demo/package.json demo/
RUN npm ci
COPY . .
RUN npm run build

# Only what the server needs to run; npm ci wants every workspace's manifest all the same.
FROM node:20-bookworm-slim AS dependencies
WORKDIR /app
COPY --from=build /app/package.json /app/package-lock.json /app/.npmrc ./
COPY --from=build /app/shared/package.json shared/
COPY --from=build /app/server/package.json server/
COPY --from=build /app/client/package.json client/
COPY --from=build /app/demo/package.json demo/
RUN npm ci --omit=dev --workspace kith-server --workspace kith-shared

FROM node:20-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8787 DATA_DIR=/data
WORKDIR /app
COPY --from=dependencies /app ./
COPY --from=build /app/shared/dist shared/dist
COPY --from=build /app/server/dist server/dist
COPY --from=build /app/demo/dist demo/dist
COPY server/openapi.json server/openapi.json
COPY migrations migrations
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8787
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/ws/health`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# SIGTERM lets it drain; PostgreSQL, if it runs inside, is stopped last.
STOPSIGNAL SIGTERM
# As `npm run server`: a young generation of 8 MB twice, see ARCHITECTURE.md, "Idle connections".
CMD ["node", "--max-semi-space-size=8", "server/dist/main.js"]
