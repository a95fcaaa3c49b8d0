import { api, refresh } from '../../api/client';
import { useWords } from '../../lib/words';
import { notifyDone } from '../../ui/notify';
import { words } from './words';

/** Answering a task; everything that shows tasks, or the run that waited, is read anew. */
export function useDecide() {
  const w = useWords(words);
  return api.useMutation('post', '/api/tasks/{task_id}/decision', {
    onSuccess: async () => {
      notifyDone(w.sent);
      await Promise.all([refresh('/api/tasks'), refresh('/api/runs'), refresh('/api/notices')]);
    },
  });
}
