import project from '../../package.json' with { type: 'json' };

/** The program's own version, as in `0.1.0`: what journals and reports name as their writer. */
export const version: string = project.version;
