const { withEntitlementsPlist, withPodfileProperties, withXcodeProject } = require("expo/config-plugins");

const increasedMemory = "com.apple.developer.kernel.increased-memory-limit";
const addressSpace = "com.apple.developer.kernel.extended-virtual-addressing";
/** As swift/Package.swift and the podspec have it. */
const oldestIos = "17.0";

/**
 * For an application's app.json: `"plugins": ["@tenfold/adapter-apple-native"]`. Raises the oldest iOS to what the module needs, has pods built as
 * frameworks, as Swift packages in pods want it, and asks for more memory.
 * @param options `increasedMemory: false` leaves the entitlements out, for accounts that may not have them.
 */
module.exports = function withTenfoldApple(config, { increasedMemory: wantsMemory = true } = {}) {
  const raised = withXcodeProject(
    withPodfileProperties(config, (one) => {
      const target = one.modResults["ios.deploymentTarget"];
      if (target === undefined || isOlder(target)) one.modResults["ios.deploymentTarget"] = oldestIos;
      one.modResults["ios.useFrameworks"] ??= "dynamic";
      return one;
    }),
    (one) => {
      for (const { buildSettings } of Object.values(one.modResults.pbxXCBuildConfigurationSection())) {
        const target = buildSettings?.IPHONEOS_DEPLOYMENT_TARGET;
        if (target !== undefined && isOlder(target)) buildSettings.IPHONEOS_DEPLOYMENT_TARGET = oldestIos;
      }
      return one;
    },
  );
  if (!wantsMemory) return raised;
  return withEntitlementsPlist(raised, (one) => {
    one.modResults[increasedMemory] = true;
    one.modResults[addressSpace] = true;
    return one;
  });
};

const isOlder = (version) => Number.parseFloat(String(version).replaceAll('"', "")) < Number.parseFloat(oldestIos);
