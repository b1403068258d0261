/// The script of all reports: the choice of light or dark, switches for the series of charts, and a
/// plot over time that can be read off, zoomed and operated by keyboard.
///
/// The page is complete without it.
enum PageScript {
  /// The whole script.
  static let text = "(()=>{'use strict';\n" + common + timePlot + "})();"

  private static let common = #"""
    const $=(s,e=document)=>e.querySelector(s),all=(s,e=document)=>[...e.querySelectorAll(s)];
    const make=(tag,props={},...kids)=>{const e=document.createElement(tag);
     for(const[k,v]of Object.entries(props))k in e?e[k]=v:e.setAttribute(k,v);e.append(...kids);return e};
    const root=document.documentElement,dark=matchMedia('(prefers-color-scheme:dark)');
    const store={get(){try{return localStorage.getItem('tinyvmaf-theme')}catch{return null}},
     set(v){try{localStorage.setItem('tinyvmaf-theme',v)}catch{}}};
    if(store.get())root.dataset.theme=store.get();
    const isDark=()=>root.dataset.theme?root.dataset.theme==='dark':dark.matches;
    const theme=make('button',{id:'theme',type:'button'});
    const nameTheme=()=>theme.textContent=isDark()?'Light':'Dark';
    theme.setAttribute('aria-label','Switch between light and dark');
    theme.onclick=()=>{root.dataset.theme=isDark()?'light':'dark';store.set(root.dataset.theme);nameTheme()};
    dark.addEventListener('change',nameTheme);nameTheme();$('.top').append(theme);
    for(const list of all('ul.legend:not(#series)')){
     const figures=[];for(let e=list.previousElementSibling;e&&e.matches('figure');e=e.previousElementSibling)figures.push(e);
     for(const item of all('li',list)){
      const button=make('button',{type:'button','aria-pressed':'true'},...item.childNodes);
      button.onclick=()=>{const on=button.getAttribute('aria-pressed')!=='true';
       button.setAttribute('aria-pressed',on);
       for(const f of figures)for(const p of all('[data-k]',f))if(p.dataset.k===item.dataset.key)p.classList.toggle('off',!on)};
      item.append(button)}}

    """#

  private static let timePlot = #"""
    const block=$('#data'),figure=$('#time');
    if(!block||!figure||!window.DecompressionStream)return;
    const meta=JSON.parse(block.textContent);
    const unpack=async()=>{
     const raw=Uint8Array.from(atob(meta.packed),c=>c.charCodeAt(0));
     const stream=new Blob([raw]).stream().pipeThrough(new DecompressionStream('deflate'));
     const bytes=new Uint8Array(await new Response(stream).arrayBuffer());
     let at=0;const n=meta.count;
     const column=({low,step,group=1})=>{const k=group>1?2*Math.ceil(n/group):n,out=new Float64Array(k);let last=0;
      for(let i=0;i<k;i++){const z=bytes[at+i]|bytes[at+k+i]<<8;
       last=last+(z>>>1^-(z&1))&65535;out[i]=last===65535?NaN:low+step*last}
      at+=2*k;if(group===1)return out;
      // Of a group only its extremes are there: the first half shows one, the second the other.
      const all=new Float64Array(n);
      for(let i=0;i<n;i++)all[i]=out[2*Math.floor(i/group)+(i%group*2>=group?1:0)];return all};
     const frames=column({low:0,step:1});
     // Frame numbers are stored as their differences, which may add up to more than 16 bits.
     let sum=0;for(let i=0;i<n;i++){sum+=frames[i];frames[i]=sum}
     for(const s of meta.series)s.values=column(s);
     return frames};
    unpack().then(frames=>{
     const n=meta.count,rate=meta.rate,cuts=new Set(meta.cuts),H=meta.height,top=18;
     let view=0,from=0,to=n-1,at=0;const off=new Set();
     const clock=s=>{const h=Math.floor(s/3600),m=Math.floor(s/60)%60,r=(s%60).toFixed(2).padStart(5,'0');
      return h?`${h}:${String(m).padStart(2,'0')}:${r}`:`${m}:${r}`};
     const digits=s=>s.step<.005?4:2;
     const nice=(a,b,count)=>{let d=(b-a)/count||1;const p=10**Math.floor(Math.log10(d));
      return p*([1,2,5].find(f=>f*p>=d*.999)||10)};
     const svg=(tag,props,text)=>{const e=document.createElementNS('http://www.w3.org/2000/svg',tag);
      for(const k in props)e.setAttribute(k,props[k]);if(text!=null)e.textContent=text;return e};
     const chart=$('svg.chart',figure),legend=$('#series')||figure.parentNode.insertBefore(make('ul',{className:'legend',id:'series'}),figure.nextSibling);
     legend.className='legend';
     const cursor=make('div',{className:'cursor'}),picked=make('div',{className:'picked',hidden:true});
     const slider=make('input',{type:'range',min:0,max:n-1,step:1,value:0});
     slider.setAttribute('aria-label','Frame to read off; plus and minus zoom, 0 shows all');
     const where=make('span',{className:'at'});where.setAttribute('role','status');
     const select=make('select');meta.views.forEach((v,i)=>select.append(make('option',{value:i,textContent:v})));
     const button=(text,label,act)=>{const b=make('button',{type:'button',textContent:text,onclick:act});
      b.setAttribute('aria-label',label);return b};
     const zoom=f=>{const w=Math.max(8,Math.min(n-1,(to-from)*f));
      from=Math.max(0,Math.min(n-1-w,at-w*((at-from)/((to-from)||1))));to=Math.min(n-1,from+w);draw()};
     const whole=()=>{from=0;to=n-1;draw()};
     const tools=make('div',{className:'tools'},make('label',{},'Show ',select),
      button('+','Zoom in',()=>zoom(.5)),button('\u2212','Zoom out',()=>zoom(2)),button('All','Show the whole video',whole),where);
     figure.before(tools);cursor.style.height=picked.style.height=H+'px';
     figure.append(cursor,picked,slider);
     const shown=()=>meta.series.filter(s=>s.view===view&&!off.has(s));
     const index=x=>{const r=chart.getBoundingClientRect();
      return Math.round(from+Math.max(0,Math.min(1,(x-r.left)/r.width))*(to-from))};
     const place=()=>{
      const share=(frames[at]-frames[Math.ceil(from)])/((frames[Math.floor(to)]-frames[Math.ceil(from)])||1);
      cursor.hidden=share<0||share>1;cursor.style.left=share*100+'%';
      const f=frames[at],text=`frame ${f.toLocaleString('en')}`+(rate?` \u00b7 ${clock(f/rate)}`:'')+(cuts.has(f)?' \u00b7 scene cut':'');
      where.textContent=text;slider.setAttribute('aria-valuetext',text);
      for(const o of all('output',legend))o.textContent=Number.isFinite(o.of.values[at])?o.of.values[at].toFixed(digits(o.of)):'\u2013'};
     const go=i=>{at=Math.max(0,Math.min(n-1,i));slider.value=at;place()};
     const draw=()=>{
      const a=Math.ceil(from),b=Math.floor(to),list=shown(),W=Math.max(200,figure.clientWidth);
      let lo=Infinity,hi=-Infinity;
      for(const s of list)for(let i=a;i<=b;i++){const v=s.values[i];if(v<lo)lo=v;if(v>hi)hi=v}
      if(!(lo<=hi)){lo=0;hi=1}if(lo===hi){lo-=.5;hi+=.5}
      const step=nice(lo,hi,4);lo=Math.floor(lo/step)*step;hi=Math.ceil(hi/step)*step;
      const f0=frames[a],f1=frames[b],X=i=>Math.round(2000*(frames[i]-f0)/((f1-f0)||1)),Y=v=>Math.round(2*H*(hi-v)/(hi-lo));
      const plot=svg('svg',{y:top,width:'100%',height:H,viewBox:`0 0 2000 ${2*H}`,preserveAspectRatio:'none'});
      chart.replaceChildren();
      const places=Math.max(0,-Math.floor(Math.log10(step)+1e-9));
      for(let v=lo;v<=hi+step/2;v+=step){const y=top+Y(v)/2;
       chart.append(svg('line',{x2:'100%',y1:y,y2:y,class:'g'}),svg('text',{y:y-4,class:'t'},v.toFixed(places)))}
      chart.append(svg('line',{x2:'100%',y1:top+H,y2:top+H,class:'a'}));
      const seconds=rate&&(f1-f0)/rate>3,unit=seconds?rate:1,parts=W<560?4:7;
      const xs=seconds?[1,2,5,10,15,30,60,120,300,600,900,1800,3600,7200].find(t=>(f1-f0)/rate/t<=parts)||86400:Math.max(1,nice(f0,f1,parts));
      for(let t=Math.ceil(f0/unit/xs)*xs;t*unit<=f1;t+=xs){const p=100*(t*unit-f0)/((f1-f0)||1);
       chart.append(svg('line',{x1:p+'%',x2:p+'%',y1:top+H,y2:top+H+4,class:'a'}),
        svg('text',{x:p+'%',y:top+H+18,class:'t','text-anchor':p<3?'start':p>97?'end':'middle'},seconds?clock(t).replace(/\.00$/,''):t.toLocaleString('en')))}
      chart.append(svg('text',{x:'100%',y:top+H+34,class:'t','text-anchor':'end'},seconds?'time':'frame'));
      const marks=meta.cuts.filter(c=>c>=f0&&c<=f1),few=marks.length<=60;
      plot.append(svg('path',{class:'mk da fa',d:marks.map(c=>{const x=Math.round(2000*(c-f0)/((f1-f0)||1));return`M${x} ${few?0:2*H-16}V${2*H}`}).join('')}));
      for(const s of list){
       const v=s.values,ink='i'+s.ink+(s.dash?' da':'');
       if(b-a<=2*W){let d='',pen='M';for(let i=a;i<=b;i++){if(Number.isFinite(v[i])){d+=`${pen}${X(i)} ${Y(v[i])}`;pen='L'}else pen='M'}
        plot.append(svg('path',{d,class:'ln '+ink}));continue}
       const up=[],down=[];let mid='';
       for(let c=0;c<W;c++){const i0=a+Math.floor(c*(b-a+1)/W),i1=a+Math.floor((c+1)*(b-a+1)/W);
        let l=Infinity,h=-Infinity,sum=0,k=0;for(let i=i0;i<i1;i++)if(Number.isFinite(v[i])){l=Math.min(l,v[i]);h=Math.max(h,v[i]);sum+=v[i];k++}
        if(!k)continue;const x=X((i0+i1-1)>>1);up.push(`${x} ${Y(h)}`);down.push(`${x} ${Y(l)}`);mid+=`${mid?'L':'M'}${x} ${Y(sum/k)}`}
       if(!up.length)continue;
       plot.append(svg('path',{d:'M'+up.join('L')+'L'+down.reverse().join('L')+'z',class:'bd i'+s.ink}),svg('path',{d:mid,class:'ln '+ink}))}
      chart.append(plot);place()};
     const list=()=>{
      legend.replaceChildren(...meta.series.filter(s=>s.view===view).map(s=>{
       const out=make('output');out.of=s;
       const b=make('button',{type:'button','aria-pressed':String(!off.has(s))},make('span',{className:`key i${s.ink}${s.dash?' da':''}`}),s.label,out);
       b.onclick=()=>{off.has(s)?off.delete(s):off.add(s);b.setAttribute('aria-pressed',!off.has(s));draw()};
       return make('li',{},b)}));draw()};
     select.onchange=()=>{view=+select.value;list()};
     slider.oninput=()=>go(+slider.value);
     slider.onkeydown=e=>{const act={'+':()=>zoom(.5),'=':()=>zoom(.5),'-':()=>zoom(2),'0':whole}[e.key];
      if(act){act();e.preventDefault()}};
     let start=null;figure.style.touchAction='pan-y';
     chart.onpointerdown=e=>{start=e.pointerType==='mouse'&&e.button===0?e.clientX:null;go(index(e.clientX));
      if(start!==null){chart.setPointerCapture(e.pointerId);e.preventDefault()}};
     chart.onpointermove=e=>{go(index(e.clientX));if(start===null)return;
      const r=chart.getBoundingClientRect(),x0=Math.max(r.left,Math.min(start,e.clientX)),x1=Math.min(r.right,Math.max(start,e.clientX));
      picked.hidden=x1-x0<6;picked.style.left=x0-r.left+'px';picked.style.width=x1-x0+'px'};
     chart.onpointerup=e=>{if(start===null)return;
      const a=index(Math.min(start,e.clientX)),b=index(Math.max(start,e.clientX)),far=Math.abs(e.clientX-start)>8;
      start=null;picked.hidden=true;if(far&&b-a>=2){from=a;to=b;draw()}};
     chart.ondblclick=whole;
     let width=0;new ResizeObserver(()=>{if(figure.clientWidth!==width){width=figure.clientWidth;draw()}}).observe(figure);
     addEventListener('beforeprint',whole);
     go(meta.at);list();root.dataset.ready='true';
    }).catch(()=>{});

    """#
}
