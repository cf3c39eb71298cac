import { useCallback, useState } from 'react'
import { type Failure, failureWords } from './failure.js'

/** What came of the last thing done in a dialog, which covers the page's own toasts. */
export interface News {
  tone: 'done' | 'failed'
  text: string
}

export interface Newsroom {
  news: News | undefined
  done: (text: string) => void
  failed: (failure: Failure) => void
}

export const useNews = (): Newsroom => {
  const [news, setNews] = useState<News>()
  const done = useCallback((text: string) => setNews({ tone: 'done', text }), [])
  const failed = useCallback(
    (failure: Failure) => setNews({ tone: 'failed', text: failureWords(failure) }),
    [],
  )
  return { news, done, failed }
}

/** Both regions are always there: a screen reader hears only what changes in one it knows. */
export const NewsLine = ({ news }: { news: News | undefined }) => (
  <div className="news-line">
    <p role="status">{news?.tone === 'done' && news.text}</p>
    <p className="form-problem" role="alert">
      {news?.tone === 'failed' && news.text}
    </p>
  </div>
)
