/** How the console looks in this browser: light or dark, how close the rows stand, which language. */
import { Menu } from '../parts/menu.tsx'
import { t } from '../texts.ts'
import { chooseLanguage, chosenLanguage, languages, type Language } from './language.ts'
import { densities, setDensity, useDensity } from './density.ts'
import { themes, useTheme } from './theme.ts'
import type { ReactNode } from 'react'

export default function LooksMenu({ className, children }: { className?: string; children?: ReactNode }) {
  const [theme, setTheme] = useTheme()
  const density = useDensity()
  const chosen = chosenLanguage()
  return (
    <Menu
      label={t.looks.title}
      look="quiet"
      align="start"
      side="top"
      startsOpen
      {...(className === undefined ? {} : { className })}
      groups={[
        {
          title: t.looks.theme,
          entries: themes.map((each) => ({
            label: t.looks.themes[each],
            checked: each === theme,
            run: () => setTheme(each),
          })),
        },
        {
          title: t.looks.density,
          entries: densities.map((each) => ({
            label: t.looks.densities[each],
            checked: each === density,
            run: () => setDensity(each),
          })),
        },
        {
          title: t.looks.language,
          entries: [
            { label: t.looks.languageSystem, checked: chosen === null, run: () => chooseLanguage(null) },
            ...(Object.keys(languages) as Language[]).map((each) => ({
              label: languages[each],
              checked: each === chosen,
              run: () => chooseLanguage(each),
            })),
          ],
        },
      ]}
    >
      {children}
    </Menu>
  )
}
