export { type AddedToProject, addToProject } from "./add-to-project.js";
export { type CreatedProject, type CreateOptions, createProject } from "./create-project.js";
export { install, type PackageManager, packageManager } from "./package-manager.js";
