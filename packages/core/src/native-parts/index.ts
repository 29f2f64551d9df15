export { type AddNativePartOptions, addNativePart } from "./add-native-part.ts";
export { listNativeParts, type NativePart, type NativePartRecord, removeNativePart } from "./list-native-parts.ts";
export { type NativePartRecipe, type NativePartTools, type NativePartWheel, nativePartName } from "./native-part-recipe.ts";
