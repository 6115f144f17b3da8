import { serve } from './pack/serve';

export { serve };
