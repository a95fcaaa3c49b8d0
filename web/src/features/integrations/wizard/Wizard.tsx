import { useEffect, useRef, useState } from 'react';
import { Button, Group, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { api, refresh, type Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { Testing } from '../../../ui/connection/form/Testing';
import { LeaveGuard } from '../../../ui/LeaveGuard';
import { notifyDone } from '../../../ui/notify';
import { problemsOf } from '../problems';
import { Configuration } from './Configuration';
import { General } from './General';
import { Responsibilities } from './Responsibilities';
import { Review } from './Review';
import { Rights } from './Rights';
import { SignIn } from './SignIn';
import { isComplete, stepOf, STEPS, type Step, type StepProps } from './steps';
import { Steps } from './Steps';
import { useDraft } from './useDraft';
import classes from './Wizard.module.css';
import { words } from './words';

interface WizardProps {
  connector: Schemas['Connector'];
  responsibilities: Schemas['Responsibilities'];
  units: { id: string; name: string }[];
}

/** Step by step to a custom integration; nothing is made before the end (O1 to O6). */
export function Wizard({ connector, responsibilities, units }: WizardProps) {
  const w = useWords(words);
  const navigate = useNavigate();
  const draft = useDraft(connector, units);
  const [step, setStep] = useState<Step>('general');
  const [reached, setReached] = useState(0);
  const [tried, setTried] = useState<ReadonlySet<Step>>(new Set());
  const isMade = useRef(false);
  const place = useRef<HTMLDivElement>(null);
  const create = api.useMutation('post', '/api/integrations', {
    onSuccess: async (made) => {
      isMade.current = true;
      await refresh('/api/connections');
      await navigate({ to: '/integrations/$integrationId/{-$tab}', params: { integrationId: made.id } });
      await refresh('/api/integrations');
      notifyDone(w.created(made.title));
    },
    onError: (error) => {
      const found = stepOf(error);
      if (found) go(found);
    },
  });
  const { error } = create;
  const byField = error === null ? NOTHING : problemsOf(error);
  const isFirst = step === STEPS[0];
  const isLast = step === 'review';
  const incomplete = STEPS.find((one) => !isComplete(one, draft));

  useEffect(() => {
    if (place.current?.dataset.step === step) return;
    if (place.current?.dataset.step) {
      window.scrollTo({ top: 0 });
      place.current.focus();
    }
    if (place.current) place.current.dataset.step = step;
  }, [step]);

  function go(to: Step) {
    setStep(to);
    setReached(Math.max(reached, STEPS.indexOf(to)));
  }
  const next = () => {
    setTried(new Set([...tried, step]));
    const following = STEPS[STEPS.indexOf(step) + 1];
    if (!isComplete(step, draft) || !following) return;
    // A form says itself what is missing, and that is known where it is left.
    if (step === 'signIn' && draft.form.read() === null) return;
    go(following);
  };
  const submit = () => {
    if (incomplete) {
      setTried(new Set(STEPS));
      go(incomplete);
      return;
    }
    const body = draft.read(responsibilities.version);
    if (body) create.mutate({ body });
    else go('signIn');
  };
  const common: StepProps = { draft, byField, isTried: tried.has(step) };
  const unitName = units.find(({ id }) => id === draft.unitId)?.name ?? '';

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (isLast) submit();
        else next();
      }}
    >
      <Steps
        current={step}
        isDone={(one) => STEPS.indexOf(one) <= reached && isComplete(one, draft)}
        isWrong={(one) => (tried.has(one) && !isComplete(one, draft)) || (error !== null && stepOf(error) === one)}
        mayGo={(one) => STEPS.indexOf(one) <= reached}
        onGo={go}
      />
      <div ref={place} tabIndex={-1} className={step === 'rights' ? undefined : classes.forms} style={{ outline: 'none' }}>
        {step === 'general' && <General {...common} units={units} />}
        {step === 'configuration' && <Configuration {...common} />}
        {step === 'responsibilities' && <Responsibilities {...common} text={responsibilities} />}
        {step === 'signIn' && <SignIn {...common} connector={connector} />}
        {step === 'rights' && <Rights {...common} error={stepOf(error) === 'rights' ? error : null} />}
        {step === 'review' && <Review {...common} unitName={unitName} error={error} onStep={go} />}
        {create.isPending && <Testing />}
      </div>
      <Group justify="space-between" className={classes.foot} data-wide={step === 'rights' || undefined}>
        <Button
          variant="default"
          disabled={isFirst}
          onClick={() => {
            go(STEPS[STEPS.indexOf(step) - 1] ?? 'general');
          }}
        >
          {w.back}
        </Button>
        <Group gap="md">
          {tried.has(step) && !isComplete(step, draft) && (
            <Text size="sm" c="var(--mantine-color-error)" role="alert">
              {w.correct}
            </Text>
          )}
          <Button type="submit" loading={create.isPending}>
            {isLast ? w.create : w.next}
          </Button>
        </Group>
      </Group>
      <LeaveGuard loses={() => draft.isDirty && !isMade.current} title={w.leaveTitle} />
    </form>
  );
}

const NOTHING: ReadonlyMap<string, string> = new Map();
