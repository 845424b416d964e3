import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// Where the demo server is while the page is developed with `npm run dev`.
const server = process.env['MIZAN_SERVER'] ?? 'http://127.0.0.1:8000';

export default defineConfig({
  plugins: [react()],
  build: { outDir: 'dist/client', assetsDir: 'assets' },
  server: {
    proxy: Object.fromEntries(
      ['/api/mizan', '/login', '/logout', '/avatars'].map((path) => [
        path,
        { target: server, ws: true },
      ]),
    ),
  },
  test: {
    include: ['e2e/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
