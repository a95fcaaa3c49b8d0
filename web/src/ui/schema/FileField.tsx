import { FileInput } from '@mantine/core';
import { IconPaperclip } from '@tabler/icons-react';
import { useWords } from '../../lib/words';
import type { Labelling } from './labelling';
import type { Draft, FileDraft } from './values';
import { words } from './words';

interface FileFieldProps {
  common: Labelling;
  file: FileDraft | null;
  onChange: (draft: Draft) => void;
}

/** A file of one's own machine, sent within the call. */
export function FileField({ common, file, onChange }: FileFieldProps) {
  const w = useWords(words);
  const choose = async (chosen: File | null) => {
    onChange(chosen && { name: chosen.name, media_type: chosen.type || 'application/octet-stream', base64: await readBase64(chosen) });
  };
  return (
    <FileInput
      {...common}
      placeholder={file?.name ?? w.chooseFile}
      leftSection={<IconPaperclip size={16} aria-hidden />}
      clearable
      onChange={(chosen) => void choose(chosen)}
    />
  );
}

function readBase64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      resolve(typeof reader.result === 'string' ? reader.result.replace(/^data:[^,]*,/, '') : '');
    };
    reader.onerror = () => {
      reject(reader.error ?? new Error('the file could not be read'));
    };
    reader.readAsDataURL(file);
  });
}
