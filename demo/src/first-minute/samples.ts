/** People whom nobody made up before: example.com and 555-01 numbers belong to no one. */
import type { ContactInput } from 'kith-shared'

/** Also what tells them from real ones, and finds them all. */
export const SAMPLE_TAG = 'sample'

export interface Sample {
  contact: ContactInput
  about?: string
  note?: string
}

export const SAMPLES: readonly Sample[] = [
  {
    contact: {
      name: 'Mira Solano',
      company: 'Harbour Books',
      title: 'Head of rights',
      favorite: true,
      emails: [{ label: 'Work', value: 'mira@harbour.example.com' }],
      phones: [{ label: 'Mobile', value: '+1 212 555 0101' }],
      tags: [SAMPLE_TAG, 'publisher'],
    },
    about: 'Prefers a call before ten. Met at the spring fair; collects lighthouses.',
    note: 'Wants the catalogue in September.',
  },
  {
    contact: {
      name: 'Tomás Arrieta',
      company: 'Arrieta & Daughters',
      title: 'Printer',
      emails: [{ label: 'Work', value: 'tomas@arrieta.example.com' }],
      phones: [{ label: 'Work', value: '+1 212 555 0102' }],
      addresses: [{ label: 'Work', street: '4 Mill Lane', city: 'Ostrand', country: 'Nowhere' }],
      tags: [SAMPLE_TAG, 'supplier'],
    },
    note: 'Quote for 2,000 copies is good until the 30th.',
  },
  {
    contact: {
      name: 'Yuki Amberly',
      nickname: 'Yu',
      company: 'Paper Lantern Radio',
      title: 'Presenter',
      birthday: '1988-02-29',
      emails: [{ label: 'Home', value: 'yuki@lantern.example.com' }],
      links: [{ label: 'Show', value: 'https://lantern.example.com' }],
      tags: [SAMPLE_TAG, 'press'],
    },
  },
  {
    contact: {
      name: 'Oluwaseun Bright',
      company: 'Bright Legal',
      title: 'Counsel',
      emails: [{ label: 'Work', value: 'seun@bright.example.com' }],
      phones: [{ label: 'Work', value: '+1 212 555 0104' }],
      tags: [SAMPLE_TAG],
    },
  },
  {
    contact: {
      name: 'Ines Halvorsen',
      company: 'Harbour Books',
      department: 'Foreign desk',
      emails: [{ label: 'Work', value: 'ines@harbour.example.com' }],
      tags: [SAMPLE_TAG, 'publisher'],
    },
  },
  {
    contact: {
      name: 'Dov Marchetti',
      company: 'Corner Shop, Elm Street',
      phones: [{ label: 'Shop', value: '+1 212 555 0106' }],
      tags: [SAMPLE_TAG, 'shop'],
    },
    note: 'Closed on Wednesdays.',
  },
]
