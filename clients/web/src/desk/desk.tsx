export function Desk(_: { person: unknown; onSignOut: () => void }) { return null; }
