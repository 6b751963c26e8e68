import { type Load, sendLoad } from './http-load.ts';

// A process of its own, so that sending and answering do not share a thread. It leaves once its answer
// is out: an earlier exit would lose it.
process.once('message', (load: Load) => {
  sendLoad(load).then(
    (figures) => process.send?.({ figures }, () => process.exit(0)),
    (error: unknown) => process.send?.({ error: String(error) }, () => process.exit(1)),
  );
});
