export function SharedGift(_: { token: string }) { return null; }
export function DonorGifts(_: { person: unknown; onSignOut: () => void }) { return null; }
