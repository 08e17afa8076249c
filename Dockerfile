# The suite runs on this Python; uv's version is the Makefile's. tests/deploy holds them together.
ARG PYTHON=python:3.11.14-slim-bookworm

FROM ${PYTHON} AS build
ENV UV_PROJECT_ENVIRONMENT=/opt/prep-coach \
    UV_PYTHON_DOWNLOADS=never \
    UV_LINK_MODE=copy \
    UV_COMPILE_BYTECODE=1
RUN python -m pip install --no-cache-dir --disable-pip-version-check uv==0.13.9
WORKDIR /source
# Dependencies first: they change less often than we do.
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --frozen --no-dev --no-cache --no-install-project
COPY app.yaml ./
COPY bot bot
COPY content content
COPY storage storage
RUN uv sync --frozen --no-dev --no-cache --no-editable

FROM ${PYTHON}
LABEL org.opencontainers.image.title="Prep Coach" \
      org.opencontainers.image.description="A self-hosted Slack bot that takes a team to ready for Amazon L6/L7 interviews." \
      org.opencontainers.image.licenses="MIT"
RUN groupadd --system --gid 10001 prep-coach \
 && useradd --system --uid 10001 --gid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin prep-coach \
 && install --directory --owner=10001 --group=10001 --mode=0700 /data
COPY --from=build /opt/prep-coach /opt/prep-coach
# All that is written is the database in /data, and what matplotlib keeps of fonts in /tmp.
ENV PATH=/opt/prep-coach/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATABASE_URL=sqlite:////data/prep-coach.db \
    MPLCONFIGDIR=/tmp/matplotlib \
    XDG_CACHE_HOME=/tmp/cache
USER 10001:10001
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 CMD ["prep-coach", "health"]
ENTRYPOINT ["prep-coach"]
CMD ["run"]
