import { Text, UnstyledButton } from '@mantine/core';
import { IconAlertCircle, IconCheck } from '@tabler/icons-react';
import { useWords } from '../../../lib/words';
import { STEPS, type Step } from './steps';
import classes from './Wizard.module.css';
import { words } from './words';

interface StepsProps {
  current: Step;
  /** Steps that one has been at and that have all they need, or not. */
  isDone: (step: Step) => boolean;
  isWrong: (step: Step) => boolean;
  mayGo: (step: Step) => boolean;
  onGo: (step: Step) => void;
}

/** Where one is, what is done and what is missing; one may go back, and forward again. */
export function Steps({ current, isDone, isWrong, mayGo, onGo }: StepsProps) {
  const w = useWords(words);
  return (
    <nav aria-label={w.steps} className={classes.steps}>
      <ol>
        {STEPS.map((step, place) => (
          <li key={step}>
            <UnstyledButton
              className={classes.step}
              data-wrong={isWrong(step) || undefined}
              disabled={!mayGo(step)}
              aria-current={step === current ? 'step' : undefined}
              onClick={() => {
                onGo(step);
              }}
            >
              <span className={classes.number}>
                {isWrong(step) ? <IconAlertCircle size={16} aria-hidden /> : isDone(step) && step !== current ? <IconCheck size={14} aria-hidden /> : place + 1}
              </span>
              <span className={classes.label}>{w[step]}</span>
            </UnstyledButton>
          </li>
        ))}
      </ol>
      <Text size="sm" c="dimmed" className={classes.onPhone}>
        {w.step(STEPS.indexOf(current) + 1, STEPS.length)}: <b>{w[current]}</b>
      </Text>
    </nav>
  );
}
