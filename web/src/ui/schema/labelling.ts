/** What stands around an input. */
export interface Labelling {
  label: string;
  description: string | undefined;
  error: string | undefined;
  required: boolean;
}
