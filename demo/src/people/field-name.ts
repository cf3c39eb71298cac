const NAMES: Readonly<Record<string, string>> = {
  name: 'name',
  givenName: 'given name',
  familyName: 'family name',
  nickname: 'nickname',
  company: 'company',
  title: 'title',
  department: 'department',
  birthday: 'birthday',
  avatarUrl: 'picture',
  about: 'about',
  emails: 'email',
  phones: 'phone',
  links: 'link',
  addresses: 'address',
  tags: 'tags',
  notes: 'notes',
}

/** What people call a field that presence names, such as `emails/<entry id>/value`. */
export const fieldName = (field: string): string => {
  const [root = ''] = field.split('/')
  return Object.hasOwn(NAMES, root) ? (NAMES[root] ?? 'a field') : 'a field'
}
