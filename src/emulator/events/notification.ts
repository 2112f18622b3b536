import type { EventCallback } from './job-events.ts';

/** The event notification of a region, with the keys of SetMessageCallback and GetMessageCallback. */
export interface NotificationSettings {
  readonly CallbackType: 'HTTP' | 'MNS';
  readonly CallbackURL?: string | undefined;
  readonly AuthSwitch?: 'on' | 'off' | undefined;
  readonly AuthKey?: string | undefined;
  readonly MnsEndpoint?: string | undefined;
  readonly MnsQueueName?: string | undefined;
  /** `ALL`, or event types separated by commas. Empty: notification is off. */
  readonly EventTypeList: string;
}

/** The value of `EventTypeList` for the events of AI jobs. */
const aiEventType = 'AIComplete';

/** The event notification of the region. It is off until it is switched on, as in a new account. */
export class EventNotification {
  settings: NotificationSettings | undefined;

  /** @param callback the settings of a region whose notification is on for all events. `undefined`: it is off. */
  constructor(callback: EventCallback | undefined) {
    this.settings = callback && {
      CallbackType: 'HTTP',
      CallbackURL: callback.url,
      AuthSwitch: callback.key === undefined ? 'off' : 'on',
      AuthKey: callback.key,
      EventTypeList: 'ALL',
    };
  }

  /**
   * The URL and the key for events of AI jobs. `undefined` if notification is off, if `AIComplete` is not selected, or if
   * the region uses a message queue: events are then not even sent to a job's own URL.
   */
  get aiCallback(): EventCallback | undefined {
    const { settings } = this;
    if (settings?.CallbackType !== 'HTTP') return undefined;
    const types = settings.EventTypeList.split(',').map((type) => type.trim());
    if (!types.includes('ALL') && !types.includes(aiEventType)) return undefined;
    const { CallbackURL: url, AuthKey: key, AuthSwitch } = settings;
    return {
      ...(url === undefined ? {} : { url }),
      ...(AuthSwitch === 'on' && key !== undefined ? { key } : {}),
    };
  }
}
