export type { TenfoldAppleModule } from "./native-module.ts";
export { type ApplePlatformOptions, applePlatform } from "./react-native/apple-platform.ts";
