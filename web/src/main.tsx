import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { onSomebodyElse } from './api/me';
import { App } from './app/App';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);

onSomebodyElse(() => {
  window.location.reload();
});
