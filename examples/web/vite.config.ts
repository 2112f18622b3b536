import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  // Vite's default of `localhost` can be an address of IPv6 only.
  server: { host: '127.0.0.1' },
});
