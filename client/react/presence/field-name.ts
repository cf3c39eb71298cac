const NAMES: Readonly<Record<string, string>> = {
  name: 'Name',
  givenName: 'Given name',
  familyName: 'Family name',
  nickname: 'Nickname',
  company: 'Company',
  title: 'Title',
  department: 'Department',
  birthday: 'Birthday',
  avatarUrl: 'Picture',
  about: 'About',
  emails: 'Email',
  phones: 'Phone',
  links: 'Link',
  addresses: 'Address',
  tags: 'Tags',
  notes: 'Notes',
}

/** What people call a field that presence names, such as `emails/<entry id>/value`. */
export const fieldName = (field: string): string => {
  const [root = ''] = field.split('/')
  return Object.hasOwn(NAMES, root) ? (NAMES[root] ?? 'a field') : 'a field'
}
