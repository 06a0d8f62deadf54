import { formsOf } from "../forms";

const { number, plural } = formsOf("en");

/** All a user can change of the account and of this device. */
export const settings = {
  title: "Settings",
  // Profile
  profile: "Profile",
  name: "Name",
  status: "Status",
  colour: "Colour",
  anyColour: "Any colour",
  any: "Any",
  colourNumber: (place: number) => `Colour ${number(place)}`,
  saveProfile: "Save profile",
  saved: "Saved.",
  // Language
  language: "Language",
  languageOfDevice: "Language on this device",
  asBrowser: (language: string) => `As the browser: ${language}`,
  // Notifications
  notifications: "Notifications",
  whatIsTold:
    "Parley tells you of direct messages and of mentions of you, or of what you choose for a room by the bell above it.",
  onDesktop: "Desktop notifications on this device",
  notSupported: "This browser shows none for Parley at this address.",
  notAllowed:
    "This browser does not let Parley show notifications: allow them in the browser's settings of this site, and try again.",
  sound: "A sound on this device",
  doNotDisturb: "Do not disturb, on all devices",
  until: (moment: string) => `Until ${moment}`,
  forAnHour: "For an hour",
  untilMorning: "Until morning",
  disturbAgain: "Disturb me again",
  everyDay: "Every day",
  from: "from",
  to: "to",
  changeTimes: "Change times",
  // Email and password
  email: "Email",
  emailNow: (email: string) => `Your address when you signed in: ${email}`,
  newEmail: "New email",
  yourPassword: "Your password",
  changeEmail: "Change email",
  emailSent: (email: string) => `Open the link that was sent to ${email}.`,
  password: "Password",
  currentPassword: "Current password",
  newPassword: "New password",
  changePassword: "Change password",
  passwordChanged: "Your password is changed, and all other devices are logged out.",
  // Second factor
  secondFactor: "Second factor",
  secondFactorOn: (codes: number) =>
    `On. ${plural(codes, { one: "1 recovery code is left.", other: `${number(codes)} recovery codes are left.` })}`,
  secondFactorOff: "Off: your password is enough to log in.",
  keepCodes: "Keep these codes: each lets you in once without the app. They are not shown again.",
  recoveryCodes: "Recovery codes",
  scan: "Scan this with your authenticator app, then enter the code it shows.",
  qrCode: "QR code for your authenticator app",
  orEnterKey: "Or enter this key:",
  code: "Code",
  confirm: "Confirm",
  turnOff: "Turn off",
  setUp: "Set up",
  // Identity provider
  signInService: "Sign-in service",
  connected: (day: string) => `Connected ${day}`,
  disconnect: "Disconnect",
  connect: (provider: string) => `Connect ${provider}`,
  connectCondition: ", if your account there has the same email address.",
  // Devices
  devices: "Devices",
  unknownDevice: "Unknown device",
  browserOn: (browser: string, system: string) => `${browser} on ${system}`,
  thisOne: "(this one)",
  lastUsed: (address: string, moment: string) => `${address}, last used ${moment}`,
  logOut: "Log out",
  logOutOthers: "Log out all other devices",
  // Data
  data: "Your data",
  download: "Download your data",
  gathering: "Gathering your data…",
  deleteConsequence:
    "Deleting your account cannot be undone. Your messages stay, as those of a deleted user; all else goes.",
  passwordToDelete: "Password to delete your account",
  deleteAccount: "Delete account",
};
