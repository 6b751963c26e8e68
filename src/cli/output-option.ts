import { Option } from 'commander';

/** `-o json` for programs. */
export function outputOption(): Option {
  return new Option('-o, --output <form>', 'form of the output')
    .choices(['table', 'json'])
    .default('table');
}
