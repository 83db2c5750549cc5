// Texts of every door, in English.
import type { zh } from "./common.zh";

export const en: Record<keyof typeof zh, string> = {
  appName: "Milkway",
  otherLanguage: "中文",
  signIn: "Sign in",
  signInName: "Sign-in name",
  password: "Password",
  newPassword: "Choose a password (10 characters or more)",
  code: "6 digits of your authenticator",
  signOut: "Sign out",
  signInFailed: "Name, password or code is wrong.",
  tooManyAttempts: "Too many attempts. Try again in a while.",
  inviteTitle: "You are invited",
  inviteFor: "You are: {name}",
  inviteAccept: "Accept",
  inviteGone:
    "This link was used, has expired or was revoked. Ask whoever sent it for another one.",
  noAnswer: "The server does not answer. Check the network and try again.",
  notAllowed: "This account may not see or do this. Ask an admin. ({message})",
  failed: "That did not work: {message}",
  loading: "Loading…",
  retry: "Try again",
  noDoor: "There is no page for this account. Ask your admin.",
  hello: "From a bag of milk powder to the cup of a child",
  helloMore:
    "School contacts, procurement staff and donors sign in here. Donors can also open the link that they got, without signing in.",
  sessionEnded:
    "Your session is over, and what this phone had read is gone. Records that were not sent are kept, and sent when you sign in again.",
};
