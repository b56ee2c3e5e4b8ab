FROM node:22-slim AS assets
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund --omit=dev

FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 CARTTRACK_DATA_DIR=/data
WORKDIR /app
RUN useradd --system --uid 10001 --create-home carttrack && install -d -o carttrack /data
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes --requirement requirements.txt
COPY --from=assets /app/node_modules node_modules
COPY . .
USER carttrack
RUN DJANGO_SECRET_KEY=unused DATABASE_URL=postgresql://unused/unused \
  python manage.py collectstatic --noinput
EXPOSE 8000
CMD ["sh", "-c", "exec gunicorn carttrack.wsgi --bind \"${BIND:-0.0.0.0}:${PORT:-8000}\" --threads 4 --no-control-socket"]
