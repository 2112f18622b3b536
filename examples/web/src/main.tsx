import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import './styles/base.css';
import './styles/pages.css';
import './styles/video.css';

const root = document.querySelector('#root');
if (root === null) throw new Error('index.html: expected an element with the id "root"; got none');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
