import { noticeText, noticeTitle } from '../../core/notify/notice-words.ts';
import type { Notice, Urgency } from '../../core/notify/notice.ts';

/** Slack refuses longer texts: a header, a section. Characters. */
const longest = { header: 150, section: 3_000 };

const marks: Readonly<Record<Urgency, string>> = { page: '🔴', ticket: '🟠', info: '🟢' };

/** A message of Block Kit; `text` is what notifications and readers aloud show. */
export interface SlackMessage {
  readonly text: string;
  readonly blocks: readonly unknown[];
}

/** @param page of the rollout; null where nobody said where pages are */
export function slackMessage(notice: Notice, page: string | null): SlackMessage {
  const { urgency, project, rollout, at, id } = notice;
  const title = `${marks[urgency]} ${noticeTitle(notice)}`;
  const time = `<!date^${Math.floor(at / 1_000)}^{date_short_pretty} {time_secs}|${new Date(at).toISOString()}>`;
  const context = [urgency, project, rollout, time, id].map((text, index) =>
    index === 3 ? text : escaped(text),
  );
  return {
    text: escaped(title),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: cut(title, longest.header) } },
      section(cut(escaped(noticeText(notice)), longest.section)),
      { type: 'context', elements: [{ type: 'mrkdwn', text: context.join('  ·  ') }] },
      ...(page === null ? [] : [linkTo(page)]),
    ],
  };
}

function section(text: string) {
  return { type: 'section', text: { type: 'mrkdwn', text } };
}

function linkTo(url: string) {
  const text = { type: 'plain_text', text: 'Open the rollout' };
  return { type: 'actions', elements: [{ type: 'button', text, url }] };
}

/** What a reason holds from outside is text, and no mention, link or command of Slack's. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 2)} …`;
}
