import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// The API runs beside the development server; in production one process serves both.
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: { outDir: 'dist', manifest: true, target: 'es2022', cssCodeSplit: true },
  html: { cspNonce: '__NONCE__' },
  server: { proxy: { '/api': process.env.API_URL ?? 'http://localhost:3000' } },
});
