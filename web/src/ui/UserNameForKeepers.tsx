/** For password managers, which keep a password under a name: whose or what's a form's password is, seen by nobody. */
export function UserNameForKeepers({ name }: { name: string }) {
  return <input type="text" autoComplete="username" value={name} readOnly hidden tabIndex={-1} aria-hidden />;
}
