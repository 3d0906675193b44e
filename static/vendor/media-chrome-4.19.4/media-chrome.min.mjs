var Ti=class{addEventListener(){}removeEventListener(){}dispatchEvent(){return!0}},Si=class extends Ti{},Ii=class extends Si{constructor(){super(...arguments),this.role=null}},$r=class{observe(){}unobserve(){}disconnect(){}},ys={createElement:function(){return new Vt.HTMLElement},createElementNS:function(){return new Vt.HTMLElement},addEventListener(){},removeEventListener(){},dispatchEvent(t){return!1}},Vt={ResizeObserver:$r,document:ys,Node:Si,Element:Ii,HTMLElement:class extends Ii{constructor(){super(...arguments),this.innerHTML=""}get content(){return new Vt.DocumentFragment}},DocumentFragment:class extends Ti{},customElements:{get:function(){},define:function(){},whenDefined:function(){}},localStorage:{getItem(t){return null},setItem(t,e){},removeItem(t){}},CustomEvent:function(){},getComputedStyle:function(){},navigator:{languages:[],get userAgent(){return""}},matchMedia(t){return{matches:!1,media:t}},DOMParser:class{parseFromString(e,i){return{body:{textContent:e}}}}},ks="global"in globalThis&&globalThis?.global===globalThis||typeof window>"u"||typeof window.customElements>"u",Ms=Object.keys(Vt).every(t=>t in globalThis),l=ks&&!Ms?Vt:globalThis,B=ks&&!Ms?ys:globalThis.document;var h={MEDIA_PLAY_REQUEST:"mediaplayrequest",MEDIA_PAUSE_REQUEST:"mediapauserequest",MEDIA_MUTE_REQUEST:"mediamuterequest",MEDIA_UNMUTE_REQUEST:"mediaunmuterequest",MEDIA_LOOP_REQUEST:"medialooprequest",MEDIA_VOLUME_REQUEST:"mediavolumerequest",MEDIA_SEEK_REQUEST:"mediaseekrequest",MEDIA_AIRPLAY_REQUEST:"mediaairplayrequest",MEDIA_ENTER_FULLSCREEN_REQUEST:"mediaenterfullscreenrequest",MEDIA_EXIT_FULLSCREEN_REQUEST:"mediaexitfullscreenrequest",MEDIA_PREVIEW_REQUEST:"mediapreviewrequest",MEDIA_ENTER_PIP_REQUEST:"mediaenterpiprequest",MEDIA_EXIT_PIP_REQUEST:"mediaexitpiprequest",MEDIA_ENTER_CAST_REQUEST:"mediaentercastrequest",MEDIA_EXIT_CAST_REQUEST:"mediaexitcastrequest",MEDIA_SHOW_TEXT_TRACKS_REQUEST:"mediashowtexttracksrequest",MEDIA_HIDE_TEXT_TRACKS_REQUEST:"mediahidetexttracksrequest",MEDIA_SHOW_SUBTITLES_REQUEST:"mediashowsubtitlesrequest",MEDIA_DISABLE_SUBTITLES_REQUEST:"mediadisablesubtitlesrequest",MEDIA_TOGGLE_SUBTITLES_REQUEST:"mediatogglesubtitlesrequest",MEDIA_PLAYBACK_RATE_REQUEST:"mediaplaybackraterequest",MEDIA_RENDITION_REQUEST:"mediarenditionrequest",MEDIA_AUDIO_TRACK_REQUEST:"mediaaudiotrackrequest",MEDIA_SEEK_TO_LIVE_REQUEST:"mediaseektoliverequest",REGISTER_MEDIA_STATE_RECEIVER:"registermediastatereceiver",UNREGISTER_MEDIA_STATE_RECEIVER:"unregistermediastatereceiver"},k={MEDIA_CHROME_ATTRIBUTES:"mediachromeattributes",MEDIA_CONTROLLER:"mediacontroller"},Vr={MEDIA_AIRPLAY_UNAVAILABLE:"mediaAirplayUnavailable",MEDIA_AUDIO_TRACK_ENABLED:"mediaAudioTrackEnabled",MEDIA_AUDIO_TRACK_LIST:"mediaAudioTrackList",MEDIA_AUDIO_TRACK_UNAVAILABLE:"mediaAudioTrackUnavailable",MEDIA_BUFFERED:"mediaBuffered",MEDIA_CAST_UNAVAILABLE:"mediaCastUnavailable",MEDIA_CHAPTERS_CUES:"mediaChaptersCues",MEDIA_CURRENT_TIME:"mediaCurrentTime",MEDIA_DURATION:"mediaDuration",MEDIA_ENDED:"mediaEnded",MEDIA_ERROR:"mediaError",MEDIA_ERROR_CODE:"mediaErrorCode",MEDIA_ERROR_MESSAGE:"mediaErrorMessage",MEDIA_FULLSCREEN_UNAVAILABLE:"mediaFullscreenUnavailable",MEDIA_HAS_PLAYED:"mediaHasPlayed",MEDIA_HEIGHT:"mediaHeight",MEDIA_IS_AIRPLAYING:"mediaIsAirplaying",MEDIA_IS_CASTING:"mediaIsCasting",MEDIA_IS_FULLSCREEN:"mediaIsFullscreen",MEDIA_IS_PIP:"mediaIsPip",MEDIA_LOADING:"mediaLoading",MEDIA_MUTED:"mediaMuted",MEDIA_LOOP:"mediaLoop",MEDIA_PAUSED:"mediaPaused",MEDIA_PIP_UNAVAILABLE:"mediaPipUnavailable",MEDIA_PLAYBACK_RATE:"mediaPlaybackRate",MEDIA_PREVIEW_CHAPTER:"mediaPreviewChapter",MEDIA_PREVIEW_COORDS:"mediaPreviewCoords",MEDIA_PREVIEW_IMAGE:"mediaPreviewImage",MEDIA_PREVIEW_TIME:"mediaPreviewTime",MEDIA_RENDITION_LIST:"mediaRenditionList",MEDIA_RENDITION_SELECTED:"mediaRenditionSelected",MEDIA_RENDITION_UNAVAILABLE:"mediaRenditionUnavailable",MEDIA_SEEKABLE:"mediaSeekable",MEDIA_STREAM_TYPE:"mediaStreamType",MEDIA_SUBTITLES_LIST:"mediaSubtitlesList",MEDIA_SUBTITLES_SHOWING:"mediaSubtitlesShowing",MEDIA_TARGET_LIVE_WINDOW:"mediaTargetLiveWindow",MEDIA_TIME_IS_LIVE:"mediaTimeIsLive",MEDIA_VOLUME:"mediaVolume",MEDIA_VOLUME_LEVEL:"mediaVolumeLevel",MEDIA_VOLUME_UNAVAILABLE:"mediaVolumeUnavailable",MEDIA_LANG:"mediaLang",MEDIA_WIDTH:"mediaWidth"},ws=Object.entries(Vr),o=ws.reduce((t,[e,i])=>(t[e]=i.toLowerCase(),t),{}),mn={USER_INACTIVE_CHANGE:"userinactivechange",BREAKPOINTS_CHANGE:"breakpointchange",BREAKPOINTS_COMPUTED:"breakpointscomputed"},qe=ws.reduce((t,[e,i])=>(t[e]=i.toLowerCase(),t),{...mn}),Ed=Object.entries(qe).reduce((t,[e,i])=>{let r=o[e];return r&&(t[i]=r),t},{userinactivechange:"userinactive"}),Ls=Object.entries(o).reduce((t,[e,i])=>{let r=qe[e];return r&&(t[i]=r),t},{userinactive:"userinactivechange"}),J={SUBTITLES:"subtitles",CAPTIONS:"captions",DESCRIPTIONS:"descriptions",CHAPTERS:"chapters",METADATA:"metadata"},Ce={DISABLED:"disabled",HIDDEN:"hidden",SHOWING:"showing"};var yi={MOUSE:"mouse",PEN:"pen",TOUCH:"touch"},j={UNAVAILABLE:"unavailable",UNSUPPORTED:"unsupported"},te={LIVE:"live",ON_DEMAND:"on-demand",UNKNOWN:"unknown"};var Rs={INLINE:"inline",FULLSCREEN:"fullscreen",PICTURE_IN_PICTURE:"picture-in-picture"};var Ds=new WeakMap,Kr=t=>{let e=Ds.get(t);return e||Ds.set(t,e=new Set),e},Cs=new l.ResizeObserver(t=>{for(let e of t)for(let i of Kr(e.target))i(e)});function ki(t,e){Kr(t).add(e),Cs.observe(t)}function Mi(t,e){let i=Kr(t);i.delete(e),i.size||Cs.unobserve(t)}function W(t){let e={};for(let i of t)e[i.name]=i.value;return e}function Os(t){var e;return(e=pn(t))!=null?e:Oe(t,"media-controller")}function pn(t){var e;let{MEDIA_CONTROLLER:i}=k,r=t.getAttribute(i);if(r)return(e=vn(t))==null?void 0:e.getElementById(r)}var wi=(t,e,i=".value")=>{let r=t.querySelector(i);r&&(r.textContent=e)},En=(t,e)=>{let i=`slot[name="${e}"]`,r=t.shadowRoot.querySelector(i);return r?r.children:[]},Li=(t,e)=>En(t,e)[0],ve=(t,e)=>!t||!e?!1:t?.contains(e)?!0:ve(t,e.getRootNode().host),Oe=(t,e)=>{if(!t)return null;let i=t.closest(e);return i||Oe(t.getRootNode().host,e)};function Gr(t=document){var e;let i=t?.activeElement;return i?(e=Gr(i.shadowRoot))!=null?e:i:null}function vn(t){var e;let i=(e=t?.getRootNode)==null?void 0:e.call(t);return i instanceof ShadowRoot||i instanceof Document?i:null}function Ri(t,{depth:e=3,checkOpacity:i=!0,checkVisibilityCSS:r=!0}={}){if(t.checkVisibility)return t.checkVisibility({checkOpacity:i,checkVisibilityCSS:r});let a=t;for(;a&&e>0;){let s=getComputedStyle(a);if(i&&s.opacity==="0"||r&&s.visibility==="hidden"||s.display==="none")return!1;a=a.parentElement,e--}return!0}function Us(t,e,i,r){let a=r.x-i.x,s=r.y-i.y,n=a*a+s*s;if(n===0)return 0;let d=((t-i.x)*a+(e-i.y)*s)/n;return Math.max(0,Math.min(1,d))}function C(t,e){let i=fn(t,r=>r===e);return i||qr(t,e)}function fn(t,e){var i,r;let a;for(a of(i=t.querySelectorAll("style:not([media])"))!=null?i:[]){let s;try{s=(r=a.sheet)==null?void 0:r.cssRules}catch{continue}for(let n of s??[])if(e(n.selectorText))return n}}function qr(t,e){var i,r;let a=(i=t.querySelectorAll("style:not([media])"))!=null?i:[],s=a?.[a.length-1];if(!s?.sheet)return console.warn("Media Chrome: No style sheet found on style tag of",t),{style:{setProperty:()=>{},removeProperty:()=>"",getPropertyValue:()=>""}};let n=s?.sheet.insertRule(`${e}{}`,s.sheet.cssRules.length);return(r=s.sheet.cssRules)==null?void 0:r[n]}function O(t,e,i=Number.NaN){let r=t.getAttribute(e);return r!=null?+r:i}function N(t,e,i){let r=+i;if(i==null||Number.isNaN(r)){t.hasAttribute(e)&&t.removeAttribute(e);return}O(t,e,void 0)!==r&&t.setAttribute(e,`${r}`)}function b(t,e){return t.hasAttribute(e)}function A(t,e,i){if(i==null){t.hasAttribute(e)&&t.removeAttribute(e);return}b(t,e)!=i&&t.toggleAttribute(e,i)}function R(t,e,i=null){var r;return(r=t.getAttribute(e))!=null?r:i}function L(t,e,i){if(i==null){t.hasAttribute(e)&&t.removeAttribute(e);return}let r=`${i}`;R(t,e,void 0)!==r&&t.setAttribute(e,r)}var xs=(t,e,i)=>{if(!e.has(t))throw TypeError("Cannot "+i)},de=(t,e,i)=>(xs(t,e,"read from private field"),i?i.call(t):e.get(t)),_n=(t,e,i)=>{if(e.has(t))throw TypeError("Cannot add the same private member more than once");e instanceof WeakSet?e.add(t):e.set(t,i)},Di=(t,e,i,r)=>(xs(t,e,"write to private field"),r?r.call(t,i):e.set(t,i),i),Q;function gn(t){return`
    <style>
      :host {
        display: var(--media-control-display, var(--media-gesture-receiver-display, inline-block));
        box-sizing: border-box;
      }
    </style>
  `}var ut=class extends l.HTMLElement{constructor(){if(super(),_n(this,Q,void 0),!this.shadowRoot){this.attachShadow(this.constructor.shadowRootOptions);let e=W(this.attributes);this.shadowRoot.innerHTML=this.constructor.getTemplateHTML(e)}}static get observedAttributes(){return[k.MEDIA_CONTROLLER,o.MEDIA_PAUSED]}attributeChangedCallback(e,i,r){var a,s,n,d,u;e===k.MEDIA_CONTROLLER&&(i&&((s=(a=de(this,Q))==null?void 0:a.unassociateElement)==null||s.call(a,this),Di(this,Q,null)),r&&this.isConnected&&(Di(this,Q,(n=this.getRootNode())==null?void 0:n.getElementById(r)),(u=(d=de(this,Q))==null?void 0:d.associateElement)==null||u.call(d,this)))}connectedCallback(){var e,i;this.tabIndex=-1,this.setAttribute("aria-hidden","true"),Di(this,Q,bn(this)),this.getAttribute(k.MEDIA_CONTROLLER)&&((i=(e=de(this,Q))==null?void 0:e.associateElement)==null||i.call(e,this)),de(this,Q)&&(de(this,Q).addEventListener("pointerdown",this),de(this,Q).addEventListener("click",this),de(this,Q).hasAttribute("tabindex")||(de(this,Q).tabIndex=0))}disconnectedCallback(){var e,i,r,a;this.getAttribute(k.MEDIA_CONTROLLER)&&((i=(e=de(this,Q))==null?void 0:e.unassociateElement)==null||i.call(e,this)),(r=de(this,Q))==null||r.removeEventListener("pointerdown",this),(a=de(this,Q))==null||a.removeEventListener("click",this),Di(this,Q,null)}handleEvent(e){var i;let r=(i=e.composedPath())==null?void 0:i[0];if(["video","media-controller"].includes(r?.localName)){if(e.type==="pointerdown")this._pointerType=e.pointerType;else if(e.type==="click"){let{clientX:s,clientY:n}=e,{left:d,top:u,width:y,height:I}=this.getBoundingClientRect(),T=s-d,v=n-u;if(T<0||v<0||T>y||v>I||y===0&&I===0)return;let m=this._pointerType||"mouse";if(this._pointerType=void 0,m===yi.TOUCH){this.handleTap(e);return}else if(m===yi.MOUSE||m===yi.PEN){this.handleMouseClick(e);return}}}}get mediaPaused(){return b(this,o.MEDIA_PAUSED)}set mediaPaused(e){A(this,o.MEDIA_PAUSED,e)}handleTap(e){}handleMouseClick(e){let i=this.mediaPaused?h.MEDIA_PLAY_REQUEST:h.MEDIA_PAUSE_REQUEST;this.dispatchEvent(new l.CustomEvent(i,{composed:!0,bubbles:!0}))}};Q=new WeakMap;ut.shadowRootOptions={mode:"open"};ut.getTemplateHTML=gn;function bn(t){var e;let i=t.getAttribute(k.MEDIA_CONTROLLER);return i?(e=t.getRootNode())==null?void 0:e.getElementById(i):Oe(t,"media-controller")}l.customElements.get("media-gesture-receiver")||l.customElements.define("media-gesture-receiver",ut);var Yr=ut;var Ps={"Start airplay":"Start airplay","Stop airplay":"Stop airplay",Audio:"Audio",Captions:"Captions","Enable captions":"Enable captions","Disable captions":"Disable captions","Start casting":"Start casting","Stop casting":"Stop casting","Enter fullscreen mode":"Enter fullscreen mode","Exit fullscreen mode":"Exit fullscreen mode",Mute:"Mute",Unmute:"Unmute",Loop:"Loop","Enter picture in picture mode":"Enter picture in picture mode","Exit picture in picture mode":"Exit picture in picture mode",Play:"Play",Pause:"Pause","Playback rate":"Playback rate","Playback rate {playbackRate}":"Playback rate {playbackRate}",Quality:"Quality","Seek backward":"Seek backward","Seek forward":"Seek forward",Settings:"Settings",Auto:"Auto","audio player":"audio player","video player":"video player",volume:"volume",seek:"seek","closed captions":"closed captions","current playback rate":"current playback rate","playback time":"playback time","media loading":"media loading",settings:"settings","audio tracks":"audio tracks",quality:"quality",play:"play",pause:"pause",mute:"mute",unmute:"unmute","chapter: {chapterName}":"chapter: {chapterName}",live:"live",Off:"Off","start airplay":"start airplay","stop airplay":"stop airplay","start casting":"start casting","stop casting":"stop casting","enter fullscreen mode":"enter fullscreen mode","exit fullscreen mode":"exit fullscreen mode","enter picture in picture mode":"enter picture in picture mode","exit picture in picture mode":"exit picture in picture mode","seek to live":"seek to live","playing live":"playing live","seek back {seekOffset} seconds":"seek back {seekOffset} seconds","seek forward {seekOffset} seconds":"seek forward {seekOffset} seconds","Network Error":"Network Error","Decode Error":"Decode Error","Source Not Supported":"Source Not Supported","Encryption Error":"Encryption Error","A network error caused the media download to fail.":"A network error caused the media download to fail.","A media error caused playback to be aborted. The media could be corrupt or your browser does not support this format.":"A media error caused playback to be aborted. The media could be corrupt or your browser does not support this format.","An unsupported error occurred. The server or network failed, or your browser does not support this format.":"An unsupported error occurred. The server or network failed, or your browser does not support this format.","The media is encrypted and there are no keys to decrypt it.":"The media is encrypted and there are no keys to decrypt it.",hour:"hour",hours:"hours",minute:"minute",minutes:"minutes",second:"second",seconds:"seconds","{time} remaining":"{time} remaining","{currentTime} of {totalTime}":"{currentTime} of {totalTime}","video not loaded, unknown time.":"video not loaded, unknown time."};var Ns,ct={en:Ps},ht=((Ns=globalThis.navigator)==null?void 0:Ns.language)||"en",Qr=t=>{ht=t},An=(t,e)=>{ct[t]=e},Tn=t=>{var e,i,r;let[a]=ht.split("-");return((e=ct[ht])==null?void 0:e[t])||((i=ct[a])==null?void 0:i[t])||((r=ct.en)==null?void 0:r[t])||t},Fs=()=>{let[t]=ht.split("-");return ct[ht]?ht:ct[t]?t:"en"},_=(t,e={})=>Tn(t).replace(/\{(\w+)\}/g,(i,r)=>r in e?String(e[r]):`{${r}}`);var Jr=(t,e,i)=>{if(!e.has(t))throw TypeError("Cannot "+i)},F=(t,e,i)=>(Jr(t,e,"read from private field"),i?i.call(t):e.get(t)),Z=(t,e,i)=>{if(e.has(t))throw TypeError("Cannot add the same private member more than once");e instanceof WeakSet?e.add(t):e.set(t,i)},ue=(t,e,i,r)=>(Jr(t,e,"write to private field"),r?r.call(t,i):e.set(t,i),i),ce=(t,e,i)=>(Jr(t,e,"access private method"),i),Kt,Ui,mt,vt,Et,zr,pt,Ci,Xr,Hs,Zr,Bs,Gt,xi,Pi,jr,ft,qt,Ue,Oi,f={AUDIO:"audio",AUTOHIDE:"autohide",BREAKPOINTS:"breakpoints",GESTURES_DISABLED:"gesturesdisabled",KEYBOARD_CONTROL:"keyboardcontrol",NO_AUTOHIDE:"noautohide",USER_INACTIVE:"userinactive",AUTOHIDE_OVER_CONTROLS:"autohideovercontrols"};function Sn(t){return`
    <style>
      
      :host([${o.MEDIA_IS_FULLSCREEN}]) ::slotted([slot=media]) {
        outline: none;
      }

      :host {
        box-sizing: border-box;
        position: relative;
        display: inline-block;
        line-height: 0;
        background-color: var(--media-background-color, #000);
        overflow: hidden;
      }

      :host(:not([${f.AUDIO}])) [part~=layer]:not([part~=media-layer]) {
        position: absolute;
        top: 0;
        left: 0;
        bottom: 0;
        right: 0;
        display: flex;
        flex-flow: column nowrap;
        align-items: start;
        pointer-events: none;
        background: none;
      }

      slot[name=media] {
        display: var(--media-slot-display, contents);
      }

      
      :host([${f.AUDIO}]) slot[name=media] {
        display: var(--media-slot-display, none);
      }

      
      :host([${f.AUDIO}]) [part~=layer][part~=gesture-layer] {
        height: 0;
        display: block;
      }

      
      :host(:not([${f.AUDIO}])[${f.GESTURES_DISABLED}]) ::slotted([slot=gestures-chrome]),
          :host(:not([${f.AUDIO}])[${f.GESTURES_DISABLED}]) media-gesture-receiver[slot=gestures-chrome] {
        display: none;
      }

      
      ::slotted(:not([slot=media]):not([slot=poster]):not(media-loading-indicator):not([role=dialog]):not([hidden])) {
        pointer-events: auto;
      }

      :host(:not([${f.AUDIO}])) *[part~=layer][part~=centered-layer] {
        align-items: center;
        justify-content: center;
      }

      :host(:not([${f.AUDIO}])) ::slotted(media-gesture-receiver[slot=gestures-chrome]),
      :host(:not([${f.AUDIO}])) media-gesture-receiver[slot=gestures-chrome] {
        align-self: stretch;
        flex-grow: 1;
      }

      slot[name=middle-chrome] {
        display: inline;
        flex-grow: 1;
        pointer-events: none;
        background: none;
      }

      
      ::slotted([slot=media]),
      ::slotted([slot=poster]) {
        width: 100%;
        height: 100%;
      }

      
      :host(:not([${f.AUDIO}])) .spacer {
        flex-grow: 1;
      }

      
      :host(:-webkit-full-screen) {
        
        width: 100% !important;
        height: 100% !important;
      }

      
      ::slotted(:not([slot=media]):not([slot=poster]):not([${f.NO_AUTOHIDE}]):not([hidden]):not([role=dialog])) {
        opacity: 1;
        transition: var(--media-control-transition-in, opacity 0.25s);
      }

      
      :host([${f.USER_INACTIVE}]:not([${o.MEDIA_PAUSED}]):not([${o.MEDIA_IS_AIRPLAYING}]):not([${o.MEDIA_IS_CASTING}]):not([${f.AUDIO}])) ::slotted(:not([slot=media]):not([slot=poster]):not([${f.NO_AUTOHIDE}]):not([role=dialog])) {
        opacity: 0;
        transition: var(--media-control-transition-out, opacity 1s);
      }

      :host([${f.USER_INACTIVE}]:not([${f.NO_AUTOHIDE}]):not([${o.MEDIA_PAUSED}]):not([${o.MEDIA_IS_CASTING}]):not([${f.AUDIO}])) ::slotted([slot=media]) {
        cursor: none;
      }

      :host([${f.USER_INACTIVE}][${f.AUTOHIDE_OVER_CONTROLS}]:not([${f.NO_AUTOHIDE}]):not([${o.MEDIA_PAUSED}]):not([${o.MEDIA_IS_CASTING}]):not([${f.AUDIO}])) * {
        --media-cursor: none;
        cursor: none;
      }


      ::slotted(media-control-bar)  {
        align-self: stretch;
      }

      
      
      :host(:not([${f.AUDIO}])[${o.MEDIA_HAS_PLAYED}]) slot[name=poster],
      :host(:not([${f.AUDIO}])[${o.MEDIA_STREAM_TYPE}="${te.ON_DEMAND}"][${o.MEDIA_CURRENT_TIME}]:not([${o.MEDIA_CURRENT_TIME}="0"])) slot[name=poster] {
        display: none;
      }

      ::slotted([role=dialog]) {
        width: 100%;
        height: 100%;
        align-self: center;
      }

      ::slotted([role=menu]) {
        align-self: end;
      }
    </style>

    <slot name="media" part="layer media-layer"></slot>
    <slot name="poster" part="layer poster-layer"></slot>
    <slot name="gestures-chrome" part="layer gesture-layer">
      <media-gesture-receiver slot="gestures-chrome">
        <template shadowrootmode="${Yr.shadowRootOptions.mode}">
          ${Yr.getTemplateHTML({})}
        </template>
      </media-gesture-receiver>
    </slot>
    <span part="layer vertical-layer">
      <slot name="top-chrome" part="top chrome"></slot>
      <slot name="middle-chrome" part="middle chrome"></slot>
      <slot name="centered-chrome" part="layer centered-layer center centered chrome"></slot>
      
      <slot part="bottom chrome"></slot>
    </span>
    <slot name="dialog" part="layer dialog-layer"></slot>
  `}var In=Object.values(o),yn="sm:384 md:576 lg:768 xl:960";function kn(t){Ws(t.target,t.contentRect.width)}function Ws(t,e){var i;if(!t.isConnected)return;let r=(i=t.getAttribute(f.BREAKPOINTS))!=null?i:yn,a=Mn(r),s=wn(a,e),n=!1;if(Object.keys(a).forEach(d=>{if(s.includes(d)){t.hasAttribute(`breakpoint${d}`)||(t.setAttribute(`breakpoint${d}`,""),n=!0);return}t.hasAttribute(`breakpoint${d}`)&&(t.removeAttribute(`breakpoint${d}`),n=!0)}),n){let d=new CustomEvent(qe.BREAKPOINTS_CHANGE,{detail:s});t.dispatchEvent(d)}t.breakpointsComputed||(t.breakpointsComputed=!0,t.dispatchEvent(new CustomEvent(qe.BREAKPOINTS_COMPUTED,{bubbles:!0,composed:!0})))}function Mn(t){let e=t.split(/\s+/);return Object.fromEntries(e.map(i=>i.split(":")))}function wn(t,e){return Object.keys(t).filter(i=>e>=parseInt(t[i]))}var Ye=class extends l.HTMLElement{constructor(){if(super(),Z(this,Xr),Z(this,Zr),Z(this,Gt),Z(this,Pi),Z(this,ft),Z(this,Kt,void 0),Z(this,Ui,0),Z(this,mt,null),Z(this,vt,null),Z(this,Et,void 0),this.breakpointsComputed=!1,Z(this,zr,e=>{let i=this.media;for(let r of e){if(r.type!=="childList")continue;let a=r.removedNodes;for(let s of a){if(s.slot!="media"||r.target!=this)continue;let n=r.previousSibling&&r.previousSibling.previousElementSibling;if(!n||!i)this.mediaUnsetCallback(s);else{let d=n.slot!=="media";for(;(n=n.previousSibling)!==null;)n.slot=="media"&&(d=!1);d&&this.mediaUnsetCallback(s)}}if(i)for(let s of r.addedNodes)s===i&&this.handleMediaUpdated(i)}}),Z(this,pt,!1),Z(this,Ci,e=>{F(this,pt)||(setTimeout(()=>{kn(e),ue(this,pt,!1)},0),ue(this,pt,!0))}),Z(this,Ue,void 0),Z(this,Oi,()=>{if(!F(this,Ue).assignedElements({flatten:!0}).length){F(this,mt)&&this.mediaUnsetCallback(F(this,mt));return}this.handleMediaUpdated(this.media)}),!this.shadowRoot){this.attachShadow(this.constructor.shadowRootOptions);let e=W(this.attributes),i=this.constructor.getTemplateHTML(e);this.shadowRoot.setHTMLUnsafe?this.shadowRoot.setHTMLUnsafe(i):this.shadowRoot.innerHTML=i}ue(this,Kt,new MutationObserver(F(this,zr)))}static get observedAttributes(){return[f.AUTOHIDE,f.GESTURES_DISABLED].concat(In).filter(e=>![o.MEDIA_RENDITION_LIST,o.MEDIA_AUDIO_TRACK_LIST,o.MEDIA_CHAPTERS_CUES,o.MEDIA_WIDTH,o.MEDIA_HEIGHT,o.MEDIA_ERROR,o.MEDIA_ERROR_MESSAGE].includes(e))}attributeChangedCallback(e,i,r){e.toLowerCase()==f.AUTOHIDE&&(this.autohide=r)}get media(){let e=this.querySelector(":scope > [slot=media]");return e?.nodeName=="SLOT"&&(e=e.assignedElements({flatten:!0})[0]),e}async handleMediaUpdated(e){e&&(ue(this,mt,e),e.localName.includes("-")&&await l.customElements.whenDefined(e.localName),this.mediaSetCallback(e))}connectedCallback(){var e;F(this,Kt).observe(this,{childList:!0,subtree:!0}),ki(this,F(this,Ci));let r=this.getAttribute(f.AUDIO)!=null?_("audio player"):_("video player");this.setAttribute("role","region"),this.setAttribute("aria-label",r),this.handleMediaUpdated(this.media),this.setAttribute(f.USER_INACTIVE,""),Ws(this,this.getBoundingClientRect().width);let a=this.querySelector(":scope > slot[slot=media]");a&&(ue(this,Ue,a),F(this,Ue).addEventListener("slotchange",F(this,Oi))),this.addEventListener("pointerdown",this),this.addEventListener("pointermove",this),this.addEventListener("pointerup",this),this.addEventListener("mouseleave",this),this.addEventListener("keyup",this),(e=l.window)==null||e.addEventListener("mouseup",this)}disconnectedCallback(){var e;Mi(this,F(this,Ci)),clearTimeout(F(this,vt)),F(this,Kt).disconnect(),this.media&&this.mediaUnsetCallback(this.media),(e=l.window)==null||e.removeEventListener("mouseup",this),this.removeEventListener("pointerdown",this),this.removeEventListener("pointermove",this),this.removeEventListener("pointerup",this),this.removeEventListener("mouseleave",this),this.removeEventListener("keyup",this),F(this,Ue)&&(F(this,Ue).removeEventListener("slotchange",F(this,Oi)),ue(this,Ue,null)),ue(this,pt,!1)}mediaSetCallback(e){}mediaUnsetCallback(e){ue(this,mt,null)}handleEvent(e){switch(e.type){case"pointerdown":ue(this,Ui,e.timeStamp);break;case"pointermove":ce(this,Xr,Hs).call(this,e);break;case"pointerup":ce(this,Zr,Bs).call(this,e);break;case"mouseleave":ce(this,Gt,xi).call(this);break;case"mouseup":this.removeAttribute(f.KEYBOARD_CONTROL);break;case"keyup":ce(this,ft,qt).call(this),this.setAttribute(f.KEYBOARD_CONTROL,"");break}}set autohide(e){let i=Number(e);ue(this,Et,isNaN(i)?0:i)}get autohide(){return(F(this,Et)===void 0?2:F(this,Et)).toString()}get breakpoints(){return R(this,f.BREAKPOINTS)}set breakpoints(e){L(this,f.BREAKPOINTS,e)}get audio(){return b(this,f.AUDIO)}set audio(e){A(this,f.AUDIO,e)}get gesturesDisabled(){return b(this,f.GESTURES_DISABLED)}set gesturesDisabled(e){A(this,f.GESTURES_DISABLED,e)}get keyboardControl(){return b(this,f.KEYBOARD_CONTROL)}set keyboardControl(e){A(this,f.KEYBOARD_CONTROL,e)}get noAutohide(){return b(this,f.NO_AUTOHIDE)}set noAutohide(e){A(this,f.NO_AUTOHIDE,e)}get autohideOverControls(){return b(this,f.AUTOHIDE_OVER_CONTROLS)}set autohideOverControls(e){A(this,f.AUTOHIDE_OVER_CONTROLS,e)}get userInteractive(){return b(this,f.USER_INACTIVE)}set userInteractive(e){A(this,f.USER_INACTIVE,e)}};Kt=new WeakMap;Ui=new WeakMap;mt=new WeakMap;vt=new WeakMap;Et=new WeakMap;zr=new WeakMap;pt=new WeakMap;Ci=new WeakMap;Xr=new WeakSet;Hs=function(t){if(t.pointerType!=="mouse"&&t.timeStamp-F(this,Ui)<250)return;ce(this,Pi,jr).call(this),clearTimeout(F(this,vt));let e=this.hasAttribute(f.AUTOHIDE_OVER_CONTROLS);([this,this.media].includes(t.target)||e)&&ce(this,ft,qt).call(this)};Zr=new WeakSet;Bs=function(t){if(t.pointerType==="touch"){let e=!this.hasAttribute(f.USER_INACTIVE);[this,this.media].includes(t.target)&&e?ce(this,Gt,xi).call(this):ce(this,ft,qt).call(this)}else t.composedPath().some(e=>["media-play-button","media-fullscreen-button"].includes(e?.localName))&&ce(this,ft,qt).call(this)};Gt=new WeakSet;xi=function(){if(F(this,Et)<0||this.hasAttribute(f.USER_INACTIVE))return;this.setAttribute(f.USER_INACTIVE,"");let t=new l.CustomEvent(qe.USER_INACTIVE_CHANGE,{composed:!0,bubbles:!0,detail:!0});this.dispatchEvent(t)};Pi=new WeakSet;jr=function(){if(!this.hasAttribute(f.USER_INACTIVE))return;this.removeAttribute(f.USER_INACTIVE);let t=new l.CustomEvent(qe.USER_INACTIVE_CHANGE,{composed:!0,bubbles:!0,detail:!1});this.dispatchEvent(t)};ft=new WeakSet;qt=function(){ce(this,Pi,jr).call(this),clearTimeout(F(this,vt));let t=parseInt(this.autohide);t<0||ue(this,vt,setTimeout(()=>{ce(this,Gt,xi).call(this)},t*1e3))};Ue=new WeakMap;Oi=new WeakMap;Ye.shadowRootOptions={mode:"open"};Ye.getTemplateHTML=Sn;l.customElements.get("media-container")||l.customElements.define("media-container",Ye);var oa=(t,e,i)=>{if(!e.has(t))throw TypeError("Cannot "+i)},ze=(t,e,i)=>(oa(t,e,"read from private field"),i?i.call(t):e.get(t)),Le=(t,e,i)=>{if(e.has(t))throw TypeError("Cannot add the same private member more than once");e instanceof WeakSet?e.add(t):e.set(t,i)},na=(t,e,i,r)=>(oa(t,e,"write to private field"),r?r.call(t,i):e.set(t,i),i),Qe=(t,e,i)=>(oa(t,e,"access private method"),i),Fi,Qt,Xe,Ni,ea,ta,$s,ia,Vs,ra,Ks,aa,Gs,sa,qs;function Ln(t){return`
    <style>
      :host {
        font: var(--media-font,
          var(--media-font-weight, normal)
          var(--media-font-size, 14px) /
          var(--media-text-content-height, var(--media-control-height, 24px))
          var(--media-font-family, helvetica neue, segoe ui, roboto, arial, sans-serif));
        color: var(--media-text-color, var(--media-primary-color, rgb(238 238 238)));
        display: var(--media-dialog-display, inline-flex);
        justify-content: center;
        align-items: center;
        
        transition-behavior: allow-discrete;
        visibility: hidden;
        opacity: 0;
        transform: translateY(2px) scale(.99);
        pointer-events: none;
      }

      :host([open]) {
        transition: display .2s, visibility 0s, opacity .2s ease-out, transform .15s ease-out;
        visibility: visible;
        opacity: 1;
        transform: translateY(0) scale(1);
        pointer-events: auto;
      }

      #content {
        display: flex;
        position: relative;
        box-sizing: border-box;
        width: min(320px, 100%);
        word-wrap: break-word;
        max-height: 100%;
        overflow: auto;
        text-align: center;
        line-height: 1.4;
      }
    </style>
    ${this.getSlotTemplateHTML(t)}
  `}function Rn(t){return`
    <slot id="content"></slot>
  `}var Yt={OPEN:"open",ANCHOR:"anchor"},xe=class extends l.HTMLElement{constructor(){super(),Le(this,Ni),Le(this,ta),Le(this,ia),Le(this,ra),Le(this,aa),Le(this,sa),Le(this,Fi,!1),Le(this,Qt,null),Le(this,Xe,null)}static get observedAttributes(){return[Yt.OPEN,Yt.ANCHOR]}get open(){return b(this,Yt.OPEN)}set open(e){A(this,Yt.OPEN,e)}handleEvent(e){switch(e.type){case"invoke":Qe(this,ra,Ks).call(this,e);break;case"focusout":Qe(this,aa,Gs).call(this,e);break;case"keydown":Qe(this,sa,qs).call(this,e);break}}connectedCallback(){Qe(this,Ni,ea).call(this),this.role||(this.role="dialog"),this.addEventListener("invoke",this),this.addEventListener("focusout",this),this.addEventListener("keydown",this)}disconnectedCallback(){this.removeEventListener("invoke",this),this.removeEventListener("focusout",this),this.removeEventListener("keydown",this)}attributeChangedCallback(e,i,r){Qe(this,Ni,ea).call(this),e===Yt.OPEN&&r!==i&&(this.open?Qe(this,ta,$s).call(this):Qe(this,ia,Vs).call(this))}focus(){na(this,Qt,Gr());let e=!this.dispatchEvent(new Event("focus",{composed:!0,cancelable:!0})),i=!this.dispatchEvent(new Event("focusin",{composed:!0,bubbles:!0,cancelable:!0}));if(e||i)return;let r=this.querySelector('[autofocus], [tabindex]:not([tabindex="-1"]), [role="menu"]');r?.focus()}get keysUsed(){return["Escape","Tab"]}};Fi=new WeakMap;Qt=new WeakMap;Xe=new WeakMap;Ni=new WeakSet;ea=function(){if(!ze(this,Fi)&&(na(this,Fi,!0),!this.shadowRoot)){this.attachShadow(this.constructor.shadowRootOptions);let t=W(this.attributes);this.shadowRoot.innerHTML=this.constructor.getTemplateHTML(t),queueMicrotask(()=>{let{style:e}=C(this.shadowRoot,":host");e.setProperty("transition","display .15s, visibility .15s, opacity .15s ease-in, transform .15s ease-in")})}};ta=new WeakSet;$s=function(){var t;(t=ze(this,Xe))==null||t.setAttribute("aria-expanded","true"),this.dispatchEvent(new Event("open",{composed:!0,bubbles:!0})),this.addEventListener("transitionend",()=>this.focus(),{once:!0})};ia=new WeakSet;Vs=function(){var t;(t=ze(this,Xe))==null||t.setAttribute("aria-expanded","false"),this.dispatchEvent(new Event("close",{composed:!0,bubbles:!0}))};ra=new WeakSet;Ks=function(t){na(this,Xe,t.relatedTarget),ve(this,t.relatedTarget)||(this.open=!this.open)};aa=new WeakSet;Gs=function(t){var e;ve(this,t.relatedTarget)||((e=ze(this,Qt))==null||e.focus(),ze(this,Xe)&&ze(this,Xe)!==t.relatedTarget&&this.open&&(this.open=!1))};sa=new WeakSet;qs=function(t){var e,i,r,a,s;let{key:n,ctrlKey:d,altKey:u,metaKey:y}=t;d||u||y||this.keysUsed.includes(n)&&(t.preventDefault(),t.stopPropagation(),n==="Tab"?(t.shiftKey?(i=(e=this.previousElementSibling)==null?void 0:e.focus)==null||i.call(e):(a=(r=this.nextElementSibling)==null?void 0:r.focus)==null||a.call(r),this.blur()):n==="Escape"&&((s=ze(this,Qt))==null||s.focus(),this.open=!1))};xe.shadowRootOptions={mode:"open"};xe.getTemplateHTML=Ln;xe.getSlotTemplateHTML=Rn;l.customElements.get("media-chrome-dialog")||l.customElements.define("media-chrome-dialog",xe);var Dn=(t,e,i)=>{if(!e.has(t))throw TypeError("Cannot "+i)},Pe=(t,e,i)=>(Dn(t,e,"read from private field"),i?i.call(t):e.get(t)),Ys=(t,e,i)=>{if(e.has(t))throw TypeError("Cannot add the same private member more than once");e instanceof WeakSet?e.add(t):e.set(t,i)},_t,gt,zt={HOTKEYS:"hotkeys"},Cn=[{keys:[{key:" ",label:"Space"},{key:"k"}],description:"Toggle Playback"},{keys:[{key:"m"}],description:"Toggle mute"},{keys:[{key:"f"}],description:"Toggle fullscreen"},{keys:[{key:"c"}],description:"Toggle captions or subtitles, if available"},{keys:[{key:"p"}],description:"Toggle Picture in Picture"},{keys:[{key:"ArrowLeft",label:"\u2190"},{key:"j"}],description:"Seek back 10s"},{keys:[{key:"ArrowRight",label:"\u2192"},{key:"l"}],description:"Seek forward 10s"},{keys:[{key:"ArrowUp",label:"\u2191"}],description:"Turn volume up"},{keys:[{key:"ArrowDown",label:"\u2193"}],description:"Turn volume down"},{keys:[{key:"<",label:"< (SHIFT+,)"}],description:"Decrease playback rate"},{keys:[{key:">",label:"> (SHIFT+.)"}],description:"Increase playback rate"},{keys:[{key:"shift+/",label:"SHIFT+/"}],description:"Show keyboard shortcuts"}];function Bi(t){return t===" "?"nospace":`no${t.toLowerCase()}`}function On(t){let e=new Set(t?.split(/\s+/));return Cn.map(({keys:i,description:r})=>({keys:i.filter(({key:a})=>!e.has(Bi(a))),description:r})).filter(({keys:i})=>i.length)}function Un(t){return`
    <style>
      :host {
        position: fixed;
        top: 0;
        left: 0;
        z-index: 9999;
        background: rgb(20 20 30 / .8);
        backdrop-filter: blur(10px);
      }

      #content {
        display: block;
        width: clamp(400px, 40vw, 700px);
        max-width: 90vw;
        text-align: left;
      }

      h2 {
        margin: 0 0 1.5rem 0;
        font-size: 1.5rem;
        font-weight: 500;
        text-align: center;
      }

      .shortcuts-table {
        width: 100%;
        border-collapse: collapse;
      }

      .shortcuts-table tr {
        border-bottom: 1px solid rgba(255, 255, 255, 0.1);
      }

      .shortcuts-table tr:last-child {
        border-bottom: none;
      }

      .shortcuts-table td {
        padding: 0.75rem 0.5rem;
      }

      .shortcuts-table td:first-child {
        text-align: right;
        padding-right: 1rem;
        width: 40%;
        min-width: 120px;
      }

      .shortcuts-table td:last-child {
        padding-left: 1rem;
      }

      .key {
        display: inline-block;
        background: rgba(255, 255, 255, 0.15);
        border: 1px solid rgba(255, 255, 255, 0.2);
        border-radius: 4px;
        padding: 0.25rem 0.5rem;
        font-family: 'Courier New', monospace;
        font-size: 0.9rem;
        font-weight: 500;
        min-width: 1.5rem;
        text-align: center;
        margin: 0 0.2rem;
      }

      .description {
        color: rgba(255, 255, 255, 0.9);
        font-size: 0.95rem;
      }

      .key-combo {
        display: flex;
        align-items: center;
        justify-content: flex-end;
        gap: 0.3rem;
      }

      .key-separator {
        color: rgba(255, 255, 255, 0.5);
        font-size: 0.9rem;
      }
    </style>
    <slot id="content">
      ${Qs(t[zt.HOTKEYS])}
    </slot>
  `}function Qs(t){return`
    <h2>Keyboard Shortcuts</h2>
    <table class="shortcuts-table">${On(t).map(({keys:i,description:r})=>`
        <tr>
          <td>
            <div class="key-combo">${i.map(({key:s,label:n=s},d)=>d>0?`<span class="key-separator">or</span><span class="key">${n}</span>`:`<span class="key">${n}</span>`).join("")}</div>
          </td>
          <td class="description">${r}</td>
        </tr>
      `).join("")}</table>
  `}var Hi=class extends xe{constructor(){super(...arguments),Ys(this,_t,e=>{var i;if(!this.open)return;let r=(i=this.shadowRoot)==null?void 0:i.querySelector("#content");if(!r)return;let a=e.composedPath(),s=a[0]===this||a.includes(this),n=a.includes(r);s&&!n&&(this.open=!1)}),Ys(this,gt,e=>{if(!this.open)return;let i=e.shiftKey&&(e.key==="/"||e.key==="?");(e.key==="Escape"||i)&&!e.ctrlKey&&!e.altKey&&!e.metaKey&&(this.open=!1,e.preventDefault(),e.stopPropagation())})}static get observedAttributes(){return[...super.observedAttributes,zt.HOTKEYS]}get hotkeys(){var e;return(e=R(this,zt.HOTKEYS))!=null?e:void 0}set hotkeys(e){L(this,zt.HOTKEYS,e)}connectedCallback(){super.connectedCallback(),this.open&&(this.addEventListener("click",Pe(this,_t)),document.addEventListener("keydown",Pe(this,gt)))}disconnectedCallback(){this.removeEventListener("click",Pe(this,_t)),document.removeEventListener("keydown",Pe(this,gt))}attributeChangedCallback(e,i,r){var a;if(super.attributeChangedCallback(e,i,r),e==="open")this.open?(this.addEventListener("click",Pe(this,_t)),document.addEventListener("keydown",Pe(this,gt))):(this.removeEventListener("click",Pe(this,_t)),document.removeEventListener("keydown",Pe(this,gt)));else if(e===zt.HOTKEYS&&r!==i){let s=(a=this.shadowRoot)==null?void 0:a.querySelector("#content");s&&(s.innerHTML=Qs(r))}}};_t=new WeakMap;gt=new WeakMap;Hi.getSlotTemplateHTML=Un;l.customElements.get("media-keyboard-shortcuts-dialog")||l.customElements.define("media-keyboard-shortcuts-dialog",Hi);var zs=(t,e,i)=>{if(!e.has(t))throw TypeError("Cannot "+i)},q=(t,e,i)=>(zs(t,e,"read from private field"),i?i.call(t):e.get(t)),Xt=(t,e,i)=>{if(e.has(t))throw TypeError("Cannot add the same private member more than once");e instanceof WeakSet?e.add(t):e.set(t,i)},Wi=(t,e,i,r)=>(zs(t,e,"write to private field"),r?r.call(t,i):e.set(t,i),i),bt,At,$i,Ze,Re,Ne,Vi=class{constructor(e,i,{defaultValue:r}={defaultValue:void 0}){Xt(this,Re),Xt(this,bt,void 0),Xt(this,At,void 0),Xt(this,$i,void 0),Xt(this,Ze,new Set),Wi(this,bt,e),Wi(this,At,i),Wi(this,$i,new Set(r))}[Symbol.iterator](){return q(this,Re,Ne).values()}get length(){return q(this,Re,Ne).size}get value(){var e;return(e=[...q(this,Re,Ne)].join(" "))!=null?e:""}set value(e){var i;e!==this.value&&(Wi(this,Ze,new Set),this.add(...(i=e?.split(" "))!=null?i:[]))}toString(){return this.value}item(e){return[...q(this,Re,Ne)][e]}values(){return q(this,Re,Ne).values()}forEach(e,i){q(this,Re,Ne).forEach(e,i)}add(...e){var i,r;e.forEach(a=>q(this,Ze).add(a)),!(this.value===""&&!((i=q(this,bt))!=null&&i.hasAttribute(`${q(this,At)}`)))&&((r=q(this,bt))==null||r.setAttribute(`${q(this,At)}`,`${this.value}`))}remove(...e){var i;e.forEach(r=>q(this,Ze).delete(r)),(i=q(this,bt))==null||i.setAttribute(`${q(this,At)}`,`${this.value}`)}contains(e){return q(this,Re,Ne).has(e)}toggle(e,i){return typeof i<"u"?i?(this.add(e),!0):(this.remove(e),!1):this.contains(e)?(this.remove(e),!1):(this.add(e),!0)}replace(e,i){return this.remove(e),this.add(i),e===i}};bt=new WeakMap;At=new WeakMap;$i=new WeakMap;Ze=new WeakMap;Re=new WeakSet;Ne=function(){return q(this,Ze).size?q(this,Ze):q(this,$i)};function Xs(t){return t?.map(xn).join(" ")}function xn(t){if(t){let{id:e,width:i,height:r}=t;return[e,i,r].filter(a=>a!=null).join(":")}}function Zs(t){return t?.map(Pn).join(" ")}function Pn(t){if(t){let{id:e,kind:i,language:r,label:a}=t;return[e,i,r,a].filter(s=>s!=null).join(":")}}function Tt(t){return typeof t=="number"&&!Number.isNaN(t)&&Number.isFinite(t)}var Ki=t=>new Promise(e=>setTimeout(e,t));var Nn=(t="")=>t.split(/\s+/),Js=(t="")=>{let[e,i,r]=t.split(":"),a=r?decodeURIComponent(r):void 0;return{kind:e==="cc"?J.CAPTIONS:J.SUBTITLES,language:i,label:a}},Fn=(t="",e={})=>Nn(t).map(i=>{let r=Js(i);return{...e,...r}}),la=t=>t?Array.isArray(t)?t.map(e=>typeof e=="string"?Js(e):e):typeof t=="string"?Fn(t):[t]:[],Hn=({kind:t,label:e,language:i}={kind:"subtitles"})=>e?`${t==="captions"?"cc":"sb"}:${i}:${encodeURIComponent(e)}`:i,da=(t=[])=>Array.prototype.map.call(t,Hn).join(" "),Bn=(t,e)=>i=>i[t]===e,js=t=>{let e=Object.entries(t).map(([i,r])=>Bn(i,r));return i=>e.every(r=>r(i))},Je=(t,e=[],i=[])=>{let r=la(i).map(js),a=s=>r.some(n=>n(s));Array.from(e).filter(a).forEach(s=>{s.mode=t})},je=(t,e=()=>!0)=>{if(!t?.textTracks)return[];let i=typeof e=="function"?e:js(e);return Array.from(t.textTracks).filter(i)};var to=t=>{var e;let{media:i,fullscreenElement:r}=t;try{let a=r&&"requestFullscreen"in r?"requestFullscreen":r&&"webkitRequestFullScreen"in r?"webkitRequestFullScreen":void 0;if(a){let s=(e=r[a])==null?void 0:e.call(r);if(s instanceof Promise)return s.catch(()=>{})}else i?.webkitEnterFullscreen?i.webkitEnterFullscreen():i?.requestFullscreen&&i.requestFullscreen()}catch(a){console.error(a)}},eo="exitFullscreen"in B?"exitFullscreen":"webkitExitFullscreen"in B?"webkitExitFullscreen":"webkitCancelFullScreen"in B?"webkitCancelFullScreen":void 0,io=t=>{var e;let{documentElement:i}=t;if(eo){let r=(e=i?.[eo])==null?void 0:e.call(i);if(r instanceof Promise)return r.catch(()=>{})}},Zt="fullscreenElement"in B?"fullscreenElement":"webkitFullscreenElement"in B?"webkitFullscreenElement":void 0,Wn=t=>{let{documentElement:e,media:i}=t,r=e?.[Zt];return!r&&"webkitDisplayingFullscreen"in i&&"webkitPresentationMode"in i&&i.webkitDisplayingFullscreen&&i.webkitPresentationMode===Rs.FULLSCREEN?i:r},ro=t=>{var e;let{media:i,documentElement:r,fullscreenElement:a=i}=t;if(!i||!r)return!1;let s=Wn(t);if(!s)return!1;if(s===a||s===i)return!0;if(s.localName.includes("-")){let n=s.shadowRoot;if(!(Zt in n))return ve(s,a);for(;n?.[Zt];){if(n[Zt]===a)return!0;n=(e=n[Zt])==null?void 0:e.shadowRoot}}return!1},$n="fullscreenEnabled"in B?"fullscreenEnabled":"webkitFullscreenEnabled"in B?"webkitFullscreenEnabled":void 0,ao=t=>{let{documentElement:e,media:i}=t;return!!e?.[$n]||i&&"webkitSupportsFullscreen"in i};var Gi,ua=()=>{var t,e;return Gi||(Gi=(e=(t=B)==null?void 0:t.createElement)==null?void 0:e.call(t,"video"),Gi)},so=async(t=ua())=>{if(!t)return!1;let e=t.volume;t.volume=e/2+.1;let i=new AbortController,r=await Promise.race([Vn(t,i.signal),Kn(t,e)]);return i.abort(),r},Vn=(t,e)=>new Promise(i=>{t.addEventListener("volumechange",()=>i(!0),{signal:e})}),Kn=async(t,e)=>{for(let i=0;i<10;i++){if(t.volume===e)return!1;await Ki(10)}return t.volume!==e},Gn=/.*Version\/.*Safari\/.*/.test(l.navigator.userAgent),ca=(t=ua())=>l.matchMedia("(display-mode: standalone)").matches&&Gn?!1:typeof t?.requestPictureInPicture=="function",ha=(t=ua())=>ao({documentElement:B,media:t}),oo=ha(),no=ca(),lo=!!l.WebKitPlaybackTargetAvailabilityEvent,uo=!!l.chrome;var St=t=>je(t.media,e=>[J.SUBTITLES,J.CAPTIONS].includes(e.kind)).sort((e,i)=>e.kind>=i.kind?1:-1),ma=t=>je(t.media,e=>e.mode===Ce.SHOWING&&[J.SUBTITLES,J.CAPTIONS].includes(e.kind)),qi=(t,e)=>{let i=St(t),r=ma(t),a=!!r.length;if(i.length){if(e===!1||a&&e!==!0)Je(Ce.DISABLED,i,r);else if(e===!0||!a&&e!==!1){let s=i[0],{options:n}=t;if(!n?.noSubtitlesLangPref){let I=l.localStorage.getItem("media-chrome-pref-subtitles-lang"),T=I?[I,...l.navigator.languages]:l.navigator.languages,v=i.filter(m=>T.some(g=>m.language.toLowerCase().startsWith(g.split("-")[0]))).sort((m,g)=>{let E=T.findIndex(S=>m.language.toLowerCase().startsWith(S.split("-")[0])),M=T.findIndex(S=>g.language.toLowerCase().startsWith(S.split("-")[0]));return E-M});v[0]&&(s=v[0])}let{language:d,label:u,kind:y}=s;Je(Ce.DISABLED,i,r),Je(Ce.SHOWING,i,[{language:d,label:u,kind:y}])}}},Yi=(t,e)=>t===e?!0:t==null||e==null||typeof t!=typeof e?!1:typeof t=="number"&&Number.isNaN(t)&&Number.isNaN(e)?!0:typeof t!="object"?!1:Array.isArray(t)?qn(t,e):Object.entries(t).every(([i,r])=>i in e&&Yi(r,e[i])),qn=(t,e)=>{let i=Array.isArray(t),r=Array.isArray(e);return i!==r?!1:i||r?t.length!==e.length?!1:t.every((a,s)=>Yi(a,e[s])):!0};var Yn=Object.values(te),Qi,Qn=so().then(t=>(Qi=t,Qi)),co=async(...t)=>{await Promise.all(t.filter(e=>e).map(async e=>{if(!("localName"in e&&e instanceof l.HTMLElement))return;let i=e.localName;if(!i.includes("-"))return;let r=l.customElements.get(i);r&&e instanceof r||(await l.customElements.whenDefined(i),l.customElements.upgrade(e))}))},zn=new l.DOMParser,Xn=t=>t&&(zn.parseFromString(t,"text/html").body.textContent||t),It={mediaError:{get(t,e){let{media:i}=t;if(e?.type!=="playing")return i?.error},mediaEvents:["emptied","error","playing"]},mediaErrorCode:{get(t,e){var i;let{media:r}=t;if(e?.type!=="playing")return(i=r?.error)==null?void 0:i.code},mediaEvents:["emptied","error","playing"]},mediaErrorMessage:{get(t,e){var i,r;let{media:a}=t;if(e?.type!=="playing")return(r=(i=a?.error)==null?void 0:i.message)!=null?r:""},mediaEvents:["emptied","error","playing"]},mediaWidth:{get(t){var e;let{media:i}=t;return(e=i?.videoWidth)!=null?e:0},mediaEvents:["resize"]},mediaHeight:{get(t){var e;let{media:i}=t;return(e=i?.videoHeight)!=null?e:0},mediaEvents:["resize"]},mediaPaused:{get(t){var e;let{media:i}=t;return(e=i?.paused)!=null?e:!0},set(t,e){var i;let{media:r}=e;r&&(t?r.pause():(i=r.play())==null||i.catch(()=>{}))},mediaEvents:["play","playing","pause","emptied"]},mediaHasPlayed:{get(t,e){let{media:i}=t;return i?e?e.type==="playing":!i.paused:!1},mediaEvents:["playing","emptied"]},mediaEnded:{get(t){var e;let{media:i}=t;return(e=i?.ended)!=null?e:!1},mediaEvents:["seeked","ended","emptied"]},mediaPlaybackRate:{get(t){var e;let{media:i}=t;return(e=i?.playbackRate)!=null?e:1},set(t,e){let{media:i}=e;i&&Number.isFinite(+t)&&(i.playbackRate=+t)},mediaEvents:["ratechange","loadstart"]},mediaMuted:{get(t){var e;let{media:i}=t;return(e=i?.muted)!=null?e:!1},set(t,e){let{media:i,options:{noMutedPref:r}={}}=e;if(i){i.muted=t;try{let a=l.localStorage.getItem("media-chrome-pref-muted")!==null,s=i.hasAttribute("muted");if(r){a&&l.localStorage.removeItem("media-chrome-pref-muted");return}if(s&&!a)return;l.localStorage.setItem("media-chrome-pref-muted",t?"true":"false")}catch(a){console.debug("Error setting muted pref",a)}}},mediaEvents:["volumechange"],stateOwnersUpdateHandlers:[(t,e)=>{let{options:{noMutedPref:i}}=e,{media:r}=e;if(!(!r||r.muted||i))try{let a=l.localStorage.getItem("media-chrome-pref-muted")==="true";It.mediaMuted.set(a,e),t(a)}catch(a){console.debug("Error getting muted pref",a)}}]},mediaLoop:{get(t){let{media:e}=t;return e?.loop},set(t,e){let{media:i}=e;i&&(i.loop=t)},mediaEvents:["medialooprequest"]},mediaVolume:{get(t){var e;let{media:i}=t;return(e=i?.volume)!=null?e:1},set(t,e){let{media:i,options:{noVolumePref:r}={}}=e;if(i){try{t==null?l.localStorage.removeItem("media-chrome-pref-volume"):!i.hasAttribute("muted")&&!r&&l.localStorage.setItem("media-chrome-pref-volume",t.toString())}catch(a){console.debug("Error setting volume pref",a)}Number.isFinite(+t)&&(i.volume=+t)}},mediaEvents:["volumechange"],stateOwnersUpdateHandlers:[(t,e)=>{let{options:{noVolumePref:i}}=e;if(!i)try{let{media:r}=e;if(!r)return;let a=l.localStorage.getItem("media-chrome-pref-volume");if(a==null)return;It.mediaVolume.set(+a,e),t(+a)}catch(r){console.debug("Error getting volume pref",r)}}]},mediaVolumeLevel:{get(t){let{media:e}=t;return typeof e?.volume>"u"?"high":e.muted||e.volume===0?"off":e.volume<.5?"low":e.volume<.75?"medium":"high"},mediaEvents:["volumechange"]},mediaCurrentTime:{get(t){var e;let{media:i}=t;return(e=i?.currentTime)!=null?e:0},set(t,e){let{media:i}=e;!i||!Tt(t)||(i.currentTime=t)},mediaEvents:["timeupdate","loadedmetadata","seeking"]},mediaDuration:{get(t){let{media:e,options:{defaultDuration:i}={}}=t;return i&&(!e||!e.duration||Number.isNaN(e.duration)||!Number.isFinite(e.duration))?i:Number.isFinite(e?.duration)?e.duration:Number.NaN},mediaEvents:["durationchange","loadedmetadata","emptied"]},mediaLoading:{get(t){let{media:e}=t;return e?.readyState<3},mediaEvents:["waiting","playing","emptied"]},mediaSeekable:{get(t){var e;let{media:i}=t;if(!((e=i?.seekable)!=null&&e.length))return;let r=i.seekable.start(0),a=i.seekable.end(i.seekable.length-1);if(!(!r&&!a))return[Number(r.toFixed(3)),Number(a.toFixed(3))]},mediaEvents:["loadedmetadata","emptied","progress","seekablechange"]},mediaBuffered:{get(t){var e;let{media:i}=t,r=(e=i?.buffered)!=null?e:[];return Array.from(r).map((a,s)=>[Number(r.start(s).toFixed(3)),Number(r.end(s).toFixed(3))])},mediaEvents:["progress","emptied"]},mediaStreamType:{get(t){let{media:e,options:{defaultStreamType:i}={}}=t,r=[te.LIVE,te.ON_DEMAND].includes(i)?i:void 0;if(!e)return r;let{streamType:a}=e;if(Yn.includes(a))return a===te.UNKNOWN?r:a;let s=e.duration;return s===1/0?te.LIVE:Number.isFinite(s)?te.ON_DEMAND:r},mediaEvents:["emptied","durationchange","loadedmetadata","streamtypechange"]},mediaTargetLiveWindow:{get(t){let{media:e}=t;if(!e)return Number.NaN;let{targetLiveWindow:i}=e,r=It.mediaStreamType.get(t);return(i==null||Number.isNaN(i))&&r===te.LIVE?0:i},mediaEvents:["emptied","durationchange","loadedmetadata","streamtypechange","targetlivewindowchange"]},mediaTimeIsLive:{get(t){let{media:e,options:{liveEdgeOffset:i=10}={}}=t;if(!e)return!1;if(typeof e.liveEdgeStart=="number")return Number.isNaN(e.liveEdgeStart)?!1:e.currentTime>=e.liveEdgeStart;if(!(It.mediaStreamType.get(t)===te.LIVE))return!1;let a=e.seekable;if(!a)return!0;if(!a.length)return!1;let s=a.end(a.length-1)-i;return e.currentTime>=s},mediaEvents:["playing","timeupdate","progress","waiting","emptied"]},mediaSubtitlesList:{get(t){return St(t).map(({kind:e,label:i,language:r})=>({kind:e,label:i,language:r}))},mediaEvents:["loadstart"],textTracksEvents:["addtrack","removetrack"]},mediaSubtitlesShowing:{get(t){return ma(t).map(({kind:e,label:i,language:r})=>({kind:e,label:i,language:r}))},mediaEvents:["loadstart"],textTracksEvents:["addtrack","removetrack","change"],stateOwnersUpdateHandlers:[(t,e)=>{var i,r;let{media:a,options:s}=e;if(!a)return;let n=d=>{var u;!s.defaultSubtitles||d&&![J.CAPTIONS,J.SUBTITLES].includes((u=d?.track)==null?void 0:u.kind)||qi(e,!0)};return a.addEventListener("loadstart",n),(i=a.textTracks)==null||i.addEventListener("addtrack",n),(r=a.textTracks)==null||r.addEventListener("removetrack",n),()=>{var d,u;a.removeEventListener("loadstart",n),(d=a.textTracks)==null||d.removeEventListener("addtrack",n),(u=a.textTracks)==null||u.removeEventListener("removetrack",n)}}]},mediaChaptersCues:{get(t){var e;let{media:i}=t;if(!i)return[];let[r]=je(i,{kind:J.CHAPTERS});return Array.from((e=r?.cues)!=null?e:[]).map(({text:a,startTime:s,endTime:n})=>({text:Xn(a),startTime:s,endTime:n}))},mediaEvents:["loadstart","loadedmetadata"],textTracksEvents:["addtrack","removetrack","change"],stateOwnersUpdateHandlers:[(t,e)=>{var i;let{media:r}=e;if(!r)return;let a=r.querySelector('track[kind="chapters"][default][src]'),s=(i=r.shadowRoot)==null?void 0:i.querySelector(':is(video,audio) > track[kind="chapters"][default][src]');return a?.addEventListener("load",t),s?.addEventListener("load",t),()=>{a?.removeEventListener("load",t),s?.removeEventListener("load",t)}}]},mediaIsPip:{get(t){var e,i;let{media:r,documentElement:a}=t;if(!r||!a||!a.pictureInPictureElement)return!1;if(a.pictureInPictureElement===r)return!0;if(a.pictureInPictureElement instanceof HTMLMediaElement)return(e=r.localName)!=null&&e.includes("-")?ve(r,a.pictureInPictureElement):!1;if(a.pictureInPictureElement.localName.includes("-")){let s=a.pictureInPictureElement.shadowRoot;for(;s?.pictureInPictureElement;){if(s.pictureInPictureElement===r)return!0;s=(i=s.pictureInPictureElement)==null?void 0:i.shadowRoot}}return!1},set(t,e){let{media:i}=e;if(i)if(t){if(!B.pictureInPictureEnabled){console.warn("MediaChrome: Picture-in-picture is not enabled");return}if(!i.requestPictureInPicture){console.warn("MediaChrome: The current media does not support picture-in-picture");return}let r=()=>{console.warn("MediaChrome: The media is not ready for picture-in-picture. It must have a readyState > 0.")};i.requestPictureInPicture().catch(a=>{if(a.code===11){if(!i.src){console.warn("MediaChrome: The media is not ready for picture-in-picture. It must have a src set.");return}if(i.readyState===0&&i.preload==="none"){let s=()=>{i.removeEventListener("loadedmetadata",n),i.preload="none"},n=()=>{i.requestPictureInPicture().catch(r),s()};i.addEventListener("loadedmetadata",n),i.preload="metadata",setTimeout(()=>{i.readyState===0&&r(),s()},1e3)}else throw a}else throw a})}else B.pictureInPictureElement&&B.exitPictureInPicture()},mediaEvents:["enterpictureinpicture","leavepictureinpicture"]},mediaRenditionList:{get(t){var e;let{media:i}=t;return[...(e=i?.videoRenditions)!=null?e:[]].map(r=>({...r}))},mediaEvents:["emptied","loadstart"],videoRenditionsEvents:["addrendition","removerendition"]},mediaRenditionSelected:{get(t){var e,i,r;let{media:a}=t;return(r=(i=a?.videoRenditions)==null?void 0:i[(e=a.videoRenditions)==null?void 0:e.selectedIndex])==null?void 0:r.id},set(t,e){let{media:i}=e;if(!i?.videoRenditions){console.warn("MediaController: Rendition selection not supported by this media.");return}let r=t,a=Array.prototype.findIndex.call(i.videoRenditions,s=>s.id==r);i.videoRenditions.selectedIndex!=a&&(i.videoRenditions.selectedIndex=a)},mediaEvents:["emptied"],videoRenditionsEvents:["addrendition","removerendition","change"]},mediaAudioTrackList:{get(t){var e;let{media:i}=t;return[...(e=i?.audioTracks)!=null?e:[]]},mediaEvents:["emptied","loadstart"],audioTracksEvents:["addtrack","removetrack"]},mediaAudioTrackEnabled:{get(t){var e,i;let{media:r}=t;return(i=[...(e=r?.audioTracks)!=null?e:[]].find(a=>a.enabled))==null?void 0:i.id},set(t,e){let{media:i}=e;if(!i?.audioTracks){console.warn("MediaChrome: Audio track selection not supported by this media.");return}let r=t;for(let a of i.audioTracks)a.enabled=r==a.id},mediaEvents:["emptied"],audioTracksEvents:["addtrack","removetrack","change"]},mediaIsFullscreen:{get(t){return ro(t)},set(t,e,i){var r,a;t?(to(e),i.detail&&!((r=e.media)!=null&&r.inert)&&((a=e.media)==null||a.focus())):io(e)},rootEvents:["fullscreenchange","webkitfullscreenchange"],mediaEvents:["webkitbeginfullscreen","webkitendfullscreen","webkitpresentationmodechanged"]},mediaIsCasting:{get(t){var e;let{media:i}=t;return!i?.remote||((e=i.remote)==null?void 0:e.state)==="disconnected"?!1:i.remote.state==="connected"},set(t,e){var i,r;let{media:a}=e;if(a&&!(t&&((i=a.remote)==null?void 0:i.state)!=="disconnected")&&!(!t&&((r=a.remote)==null?void 0:r.state)!=="connected")){if(typeof a.remote.prompt!="function"){console.warn("MediaChrome: Casting is not supported in this environment");return}a.remote.prompt().catch(()=>{})}},remoteEvents:["connect","connecting","disconnect"]},mediaIsAirplaying:{get(){return!1},set(t,e){let{media:i}=e;if(i){if(!(i.webkitShowPlaybackTargetPicker&&l.WebKitPlaybackTargetAvailabilityEvent)){console.error("MediaChrome: received a request to select AirPlay but AirPlay is not supported in this environment");return}i.webkitShowPlaybackTargetPicker()}},mediaEvents:["webkitcurrentplaybacktargetiswirelesschanged"]},mediaFullscreenUnavailable:{get(t){let{media:e}=t;if(!oo||!ha(e))return j.UNSUPPORTED}},mediaPipUnavailable:{get(t){let{media:e}=t;if(!no||!ca(e))return j.UNSUPPORTED;if(e?.disablePictureInPicture)return j.UNAVAILABLE}},mediaVolumeUnavailable:{get(t){let{media:e}=t;if(Qi===!1||e?.volume==null)return j.UNSUPPORTED},stateOwnersUpdateHandlers:[t=>{Qi==null&&Qn.then(e=>t(e?void 0:j.UNSUPPORTED))}]},mediaCastUnavailable:{get(t,{availability:e="not-available"}={}){var i;let{media:r}=t;if(!uo||!((i=r?.remote)!=null&&i.state))return j.UNSUPPORTED;if(!(e==null||e==="available"))return j.UNAVAILABLE},stateOwnersUpdateHandlers:[(t,e)=>{var i;let{media:r}=e;return r?(r.disableRemotePlayback||r.hasAttribute("disableremoteplayback")||(i=r?.remote)==null||i.watchAvailability(s=>{t({availability:s?"available":"not-available"})}).catch(s=>{s.name==="NotSupportedError"?t({availability:null}):t({availability:"not-available"})}),()=>{var s;(s=r?.remote)==null||s.cancelWatchAvailability().catch(()=>{})}):void 0}]},mediaAirplayUnavailable:{get(t,e){if(!lo)return j.UNSUPPORTED;if(e?.availability==="not-available")return j.UNAVAILABLE},mediaEvents:["webkitplaybacktargetavailabilitychanged"],stateOwnersUpdateHandlers:[(t,e)=>{var i;let{media:r}=e;return r?(r.disableRemotePlayback||r.hasAttribute("disableremoteplayback")||(i=r?.remote)==null||i.watchAvailability(s=>{t({availability:s?"available":"not-available"})}).catch(s=>{s.name==="NotSupportedError"?t({availability:null}):t({availability:"not-available"})}),()=>{var s;(s=r?.remote)==null||s.cancelWatchAvailability().catch(()=>{})}):void 0}]},mediaRenditionUnavailable:{get(t){var e;let{media:i}=t;if(!i?.videoRenditions)return j.UNSUPPORTED;if(!((e=i.videoRenditions)!=null&&e.length))return j.UNAVAILABLE},mediaEvents:["emptied","loadstart"],videoRenditionsEvents:["addrendition","removerendition"]},mediaAudioTrackUnavailable:{get(t){var e,i;let{media:r}=t;if(!r?.audioTracks)return j.UNSUPPORTED;if(((i=(e=r.audioTracks)==null?void 0:e.length)!=null?i:0)<=1)return j.UNAVAILABLE},mediaEvents:["emptied","loadstart"],audioTracksEvents:["addtrack","removetrack"]},mediaLang:{get(t){let{options:{mediaLang:e}={}}=t;return e??"en"}}};var ho={[h.MEDIA_PREVIEW_REQUEST](t,e,{detail:i}){var r,a,s;let{media:n}=e,d=i??void 0,u,y;if(n&&d!=null){let[m]=je(n,{kind:J.METADATA,label:"thumbnails"}),g=Array.prototype.find.call((r=m?.cues)!=null?r:[],(E,M,S)=>M===0?E.endTime>d:M===S.length-1?E.startTime<=d:E.startTime<=d&&E.endTime>d);if(g){let E=/'^(?:[a-z]+:)?\/\//i.test(g.text)||(a=n?.querySelector('track[label="thumbnails"]'))==null?void 0:a.src,M=new URL(g.text,E);y=new URLSearchParams(M.hash).get("#xywh").split(",").map(X=>+X),u=M.href}}let I=t.mediaDuration.get(e),v=(s=t.mediaChaptersCues.get(e).find((m,g,E)=>g===E.length-1&&I===m.endTime?m.startTime<=d&&m.endTime>=d:m.startTime<=d&&m.endTime>d))==null?void 0:s.text;return i!=null&&v==null&&(v=""),{mediaPreviewTime:d,mediaPreviewImage:u,mediaPreviewCoords:y,mediaPreviewChapter:v}},[h.MEDIA_PAUSE_REQUEST](t,e){t["mediaPaused"].set(!0,e)},[h.MEDIA_PLAY_REQUEST](t,e){var i,r,a,s;let n="mediaPaused",u=t.mediaStreamType.get(e)===te.LIVE,y=!((i=e.options)!=null&&i.noAutoSeekToLive),I=t.mediaTargetLiveWindow.get(e)>0;if(u&&y&&!I){let T=(r=t.mediaSeekable.get(e))==null?void 0:r[1];if(T){let v=(s=(a=e.options)==null?void 0:a.seekToLiveOffset)!=null?s:0,m=T-v;t.mediaCurrentTime.set(m,e)}}t[n].set(!1,e)},[h.MEDIA_PLAYBACK_RATE_REQUEST](t,e,{detail:i}){let r="mediaPlaybackRate",a=i;t[r].set(a,e)},[h.MEDIA_MUTE_REQUEST](t,e){t["mediaMuted"].set(!0,e)},[h.MEDIA_UNMUTE_REQUEST](t,e){let i="mediaMuted";t.mediaVolume.get(e)||t.mediaVolume.set(.25,e),t[i].set(!1,e)},[h.MEDIA_LOOP_REQUEST](t,e,{detail:i}){let r="mediaLoop",a=!!i;return t[r].set(a,e),{mediaLoop:a}},[h.MEDIA_VOLUME_REQUEST](t,e,{detail:i}){let r="mediaVolume",a=i;a&&t.mediaMuted.get(e)&&t.mediaMuted.set(!1,e),t[r].set(a,e)},[h.MEDIA_SEEK_REQUEST](t,e,{detail:i}){let r="mediaCurrentTime",a=i;t[r].set(a,e)},[h.MEDIA_SEEK_TO_LIVE_REQUEST](t,e){var i,r,a;let s="mediaCurrentTime",n=(i=t.mediaSeekable.get(e))==null?void 0:i[1];if(Number.isNaN(Number(n)))return;let d=(a=(r=e.options)==null?void 0:r.seekToLiveOffset)!=null?a:0,u=n-d;t[s].set(u,e)},[h.MEDIA_SHOW_SUBTITLES_REQUEST](t,e,{detail:i}){var r;let{options:a}=e,s=St(e),n=la(i),d=(r=n[0])==null?void 0:r.language;d&&!a.noSubtitlesLangPref&&l.localStorage.setItem("media-chrome-pref-subtitles-lang",d),Je(Ce.SHOWING,s,n)},[h.MEDIA_DISABLE_SUBTITLES_REQUEST](t,e,{detail:i}){let r=St(e),a=i??[];Je(Ce.DISABLED,r,a)},[h.MEDIA_TOGGLE_SUBTITLES_REQUEST](t,e,{detail:i}){qi(e,i)},[h.MEDIA_RENDITION_REQUEST](t,e,{detail:i}){let r="mediaRenditionSelected",a=i;t[r].set(a,e)},[h.MEDIA_AUDIO_TRACK_REQUEST](t,e,{detail:i}){let r="mediaAudioTrackEnabled",a=i;t[r].set(a,e)},[h.MEDIA_ENTER_PIP_REQUEST](t,e){let i="mediaIsPip";t.mediaIsFullscreen.get(e)&&t.mediaIsFullscreen.set(!1,e),t[i].set(!0,e)},[h.MEDIA_EXIT_PIP_REQUEST](t,e){t["mediaIsPip"].set(!1,e)},[h.MEDIA_ENTER_FULLSCREEN_REQUEST](t,e,i){let r="mediaIsFullscreen";t.mediaIsPip.get(e)&&t.mediaIsPip.set(!1,e),t[r].set(!0,e,i)},[h.MEDIA_EXIT_FULLSCREEN_REQUEST](t,e){t["mediaIsFullscreen"].set(!1,e)},[h.MEDIA_ENTER_CAST_REQUEST](t,e){let i="mediaIsCasting";t.mediaIsFullscreen.get(e)&&t.mediaIsFullscreen.set(!1,e),t[i].set(!0,e)},[h.MEDIA_EXIT_CAST_REQUEST](t,e){t["mediaIsCasting"].set(!1,e)},[h.MEDIA_AIRPLAY_REQUEST](t,e){t["mediaIsAirplaying"].set(!0,e)}};var mo=({media:t,fullscreenElement:e,documentElement:i,stateMediator:r=It,requestMap:a=ho,options:s={},monitorStateOwnersOnlyWithSubscriptions:n=!0})=>{let d=[],u={options:{...s}},y=Object.freeze({mediaPreviewTime:void 0,mediaPreviewImage:void 0,mediaPreviewCoords:void 0,mediaPreviewChapter:void 0}),I=E=>{E!=null&&(Yi(E,y)||(y=Object.freeze({...y,...E}),d.forEach(M=>M(y))))},T=()=>{let E=Object.entries(r).reduce((M,[S,{get:X}])=>(M[S]=X(u),M),{});I(E)},v={},m,g=async(E,M)=>{var S,X,Ht,Bt,nt,Me,we,Wt,Ge,ja,es,ts,is,rs,as,ss;let sn=!!m;if(m={...u,...m??{},...E},sn)return;await co(...Object.values(E));let lt=d.length>0&&M===0&&n,os=u.media!==m.media,ns=((S=u.media)==null?void 0:S.textTracks)!==((X=m.media)==null?void 0:X.textTracks),ls=((Ht=u.media)==null?void 0:Ht.videoRenditions)!==((Bt=m.media)==null?void 0:Bt.videoRenditions),ds=((nt=u.media)==null?void 0:nt.audioTracks)!==((Me=m.media)==null?void 0:Me.audioTracks),us=((we=u.media)==null?void 0:we.remote)!==((Wt=m.media)==null?void 0:Wt.remote),cs=u.documentElement!==m.documentElement,hs=!!u.media&&(os||lt),ms=!!((Ge=u.media)!=null&&Ge.textTracks)&&(ns||lt),ps=!!((ja=u.media)!=null&&ja.videoRenditions)&&(ls||lt),Es=!!((es=u.media)!=null&&es.audioTracks)&&(ds||lt),vs=!!((ts=u.media)!=null&&ts.remote)&&(us||lt),fs=!!u.documentElement&&(cs||lt),Wr=hs||ms||ps||Es||vs||fs,dt=d.length===0&&M===1&&n,_s=!!m.media&&(os||dt),gs=!!((is=m.media)!=null&&is.textTracks)&&(ns||dt),bs=!!((rs=m.media)!=null&&rs.videoRenditions)&&(ls||dt),As=!!((as=m.media)!=null&&as.audioTracks)&&(ds||dt),Ts=!!((ss=m.media)!=null&&ss.remote)&&(us||dt),Ss=!!m.documentElement&&(cs||dt),Is=_s||gs||bs||As||Ts||Ss;if(!(Wr||Is)){Object.entries(m).forEach(([D,$t])=>{u[D]=$t}),T(),m=void 0;return}Object.entries(r).forEach(([D,{get:$t,mediaEvents:on=[],textTracksEvents:nn=[],videoRenditionsEvents:ln=[],audioTracksEvents:dn=[],remoteEvents:un=[],rootEvents:cn=[],stateOwnersUpdateHandlers:hn=[]}])=>{v[D]||(v[D]={});let ee=x=>{let H=$t(u,x);I({[D]:H})},G;G=v[D].mediaEvents,on.forEach(x=>{G&&hs&&(u.media.removeEventListener(x,G),v[D].mediaEvents=void 0),_s&&(m.media.addEventListener(x,ee),v[D].mediaEvents=ee)}),G=v[D].textTracksEvents,nn.forEach(x=>{var H,le;G&&ms&&((H=u.media.textTracks)==null||H.removeEventListener(x,G),v[D].textTracksEvents=void 0),gs&&((le=m.media.textTracks)==null||le.addEventListener(x,ee),v[D].textTracksEvents=ee)}),G=v[D].videoRenditionsEvents,ln.forEach(x=>{var H,le;G&&ps&&((H=u.media.videoRenditions)==null||H.removeEventListener(x,G),v[D].videoRenditionsEvents=void 0),bs&&((le=m.media.videoRenditions)==null||le.addEventListener(x,ee),v[D].videoRenditionsEvents=ee)}),G=v[D].audioTracksEvents,dn.forEach(x=>{var H,le;G&&Es&&((H=u.media.audioTracks)==null||H.removeEventListener(x,G),v[D].audioTracksEvents=void 0),As&&((le=m.media.audioTracks)==null||le.addEventListener(x,ee),v[D].audioTracksEvents=ee)}),G=v[D].remoteEvents,un.forEach(x=>{var H,le;G&&vs&&((H=u.media.remote)==null||H.removeEventListener(x,G),v[D].remoteEvents=void 0),Ts&&((le=m.media.remote)==null||le.addEventListener(x,ee),v[D].remoteEvents=ee)}),G=v[D].rootEvents,cn.forEach(x=>{G&&fs&&(u.documentElement.removeEventListener(x,G),v[D].rootEvents=void 0),Ss&&(m.documentElement.addEventListener(x,ee),v[D].rootEvents=ee)});let Ai=v[D].stateOwnersUpdateHandlers;if(Ai&&Wr&&(Array.isArray(Ai)?Ai:[Ai]).forEach(H=>{typeof H=="function"&&H()}),Is){let x=hn.map(H=>H(ee,m)).filter(H=>typeof H=="function");v[D].stateOwnersUpdateHandlers=x.length===1?x[0]:x}else Wr&&(v[D].stateOwnersUpdateHandlers=void 0)}),Object.entries(m).forEach(([D,$t])=>{u[D]=$t}),T(),m=void 0};return g({media:t,fullscreenElement:e,documentElement:i,options:s}),{dispatch(E){let{type:M,detail:S}=E;if(a[M]&&y.mediaErrorCode==null){I(a[M](r,u,E));return}M==="mediaelementchangerequest"?g({media:S}):M==="fullscreenelementchangerequest"?g({fullscreenElement:S}):M==="documentelementchangerequest"?g({documentElement:S}):M==="optionschangerequest"&&(Object.entries(S??{}).forEach(([X,Ht])=>{u.options[X]=Ht}),T())},getState(){return y},subscribe(E){return g({},d.length+1),d.push(E),E(y),()=>{let M=d.indexOf(E);M>=0&&(g({},d.length-1),d.splice(M,1))}}}};var ga=(t,e,i)=>{if(!e.has(t))throw TypeError("Cannot "+i)},p=(t,e,i)=>(ga(t,e,"read from private field"),i?i.call(t):e.get(t)),ie=(t,e,i)=>{if(e.has(t))throw TypeError("Cannot add the same private member more than once");e instanceof WeakSet?e.add(t):e.set(t,i)},he=(t,e,i,r)=>(ga(t,e,"write to private field"),r?r.call(t,i):e.set(t,i),i),Fe=(t,e,i)=>(ga(t,e,"access private method"),i),De,Jt,w,re,jt,fe,zi,ei,Xi,pa,tt,Zi,Ea,ti,Ji,va,bo,Ao=["ArrowLeft","ArrowRight","ArrowUp","ArrowDown","Enter"," ","f","m","k","c","l","j",">","<","p"],po=10,Eo=.025,vo=.25,Zn=.25,Jn=2,c={DEFAULT_SUBTITLES:"defaultsubtitles",DEFAULT_STREAM_TYPE:"defaultstreamtype",DEFAULT_DURATION:"defaultduration",FULLSCREEN_ELEMENT:"fullscreenelement",HOTKEYS:"hotkeys",KEYBOARD_BACKWARD_SEEK_OFFSET:"keyboardbackwardseekoffset",KEYBOARD_FORWARD_SEEK_OFFSET:"keyboardforwardseekoffset",KEYBOARD_DOWN_VOLUME_STEP:"keyboarddownvolumestep",KEYBOARD_UP_VOLUME_STEP:"keyboardupvolumestep",KEYS_USED:"keysused",LANG:"lang",LOOP:"loop",LIVE_EDGE_OFFSET:"liveedgeoffset",NO_AUTO_SEEK_TO_LIVE:"noautoseektolive",NO_DEFAULT_STORE:"nodefaultstore",NO_HOTKEYS:"nohotkeys",NO_MUTED_PREF:"nomutedpref",NO_SUBTITLES_LANG_PREF:"nosubtitleslangpref",NO_VOLUME_PREF:"novolumepref",SEEK_TO_LIVE_OFFSET:"seektoliveoffset"},fa=class extends Ye{constructor(){super(),ie(this,Xi),ie(this,Zi),ie(this,ti),ie(this,va),this.mediaStateReceivers=[],this.associatedElementSubscriptions=new Map,ie(this,De,new Vi(this,c.HOTKEYS)),ie(this,Jt,void 0),ie(this,w,void 0),ie(this,re,null),ie(this,jt,void 0),ie(this,fe,void 0),ie(this,zi,i=>{var r;(r=p(this,w))==null||r.dispatch(i)}),ie(this,ei,void 0),ie(this,tt,i=>{let{key:r,shiftKey:a}=i;if(!(a&&(r==="/"||r==="?")||Ao.includes(r))){this.removeEventListener("keyup",p(this,tt));return}this.keyboardShortcutHandler(i)}),this.associateElement(this);let e={};he(this,jt,i=>{Object.entries(i).forEach(([r,a])=>{if(r in e&&e[r]===a)return;this.propagateMediaState(r,a);let s=r.toLowerCase(),n=new l.CustomEvent(Ls[s],{composed:!0,detail:a});this.dispatchEvent(n)}),e=i})}static get observedAttributes(){return super.observedAttributes.concat(c.NO_HOTKEYS,c.HOTKEYS,c.DEFAULT_STREAM_TYPE,c.DEFAULT_SUBTITLES,c.DEFAULT_DURATION,c.NO_MUTED_PREF,c.NO_VOLUME_PREF,c.LANG,c.LOOP,c.LIVE_EDGE_OFFSET,c.SEEK_TO_LIVE_OFFSET,c.NO_AUTO_SEEK_TO_LIVE)}get mediaStore(){return p(this,w)}set mediaStore(e){var i,r;if(p(this,w)&&((i=p(this,fe))==null||i.call(this),he(this,fe,void 0)),he(this,w,e),!p(this,w)&&!this.hasAttribute(c.NO_DEFAULT_STORE)){Fe(this,Xi,pa).call(this);return}he(this,fe,(r=p(this,w))==null?void 0:r.subscribe(p(this,jt)))}get fullscreenElement(){var e;return(e=p(this,Jt))!=null?e:this}set fullscreenElement(e){var i;this.hasAttribute(c.FULLSCREEN_ELEMENT)&&this.removeAttribute(c.FULLSCREEN_ELEMENT),he(this,Jt,e),(i=p(this,w))==null||i.dispatch({type:"fullscreenelementchangerequest",detail:this.fullscreenElement})}get defaultSubtitles(){return b(this,c.DEFAULT_SUBTITLES)}set defaultSubtitles(e){A(this,c.DEFAULT_SUBTITLES,e)}get defaultStreamType(){return R(this,c.DEFAULT_STREAM_TYPE)}set defaultStreamType(e){L(this,c.DEFAULT_STREAM_TYPE,e)}get defaultDuration(){return O(this,c.DEFAULT_DURATION)}set defaultDuration(e){N(this,c.DEFAULT_DURATION,e)}get noHotkeys(){return b(this,c.NO_HOTKEYS)}set noHotkeys(e){A(this,c.NO_HOTKEYS,e)}get keysUsed(){return R(this,c.KEYS_USED)}set keysUsed(e){L(this,c.KEYS_USED,e)}get liveEdgeOffset(){return O(this,c.LIVE_EDGE_OFFSET)}set liveEdgeOffset(e){N(this,c.LIVE_EDGE_OFFSET,e)}get noAutoSeekToLive(){return b(this,c.NO_AUTO_SEEK_TO_LIVE)}set noAutoSeekToLive(e){A(this,c.NO_AUTO_SEEK_TO_LIVE,e)}get noVolumePref(){return b(this,c.NO_VOLUME_PREF)}set noVolumePref(e){A(this,c.NO_VOLUME_PREF,e)}get noMutedPref(){return b(this,c.NO_MUTED_PREF)}set noMutedPref(e){A(this,c.NO_MUTED_PREF,e)}get noSubtitlesLangPref(){return b(this,c.NO_SUBTITLES_LANG_PREF)}set noSubtitlesLangPref(e){A(this,c.NO_SUBTITLES_LANG_PREF,e)}get noDefaultStore(){return b(this,c.NO_DEFAULT_STORE)}set noDefaultStore(e){A(this,c.NO_DEFAULT_STORE,e)}get resolvedLang(){return Fs()}attributeChangedCallback(e,i,r){var a,s,n,d,u,y,I,T,v,m,g,E;if(super.attributeChangedCallback(e,i,r),e===c.NO_HOTKEYS)r!==i&&r===""?(this.hasAttribute(c.HOTKEYS)&&console.warn("Media Chrome: Both `hotkeys` and `nohotkeys` have been set. All hotkeys will be disabled."),this.disableHotkeys()):r!==i&&r===null&&this.enableHotkeys(),Fe(this,ti,Ji).call(this);else if(e===c.HOTKEYS)p(this,De).value=r,Fe(this,ti,Ji).call(this);else if(e===c.DEFAULT_SUBTITLES&&r!==i)(a=p(this,w))==null||a.dispatch({type:"optionschangerequest",detail:{defaultSubtitles:this.hasAttribute(c.DEFAULT_SUBTITLES)}});else if(e===c.DEFAULT_STREAM_TYPE)(n=p(this,w))==null||n.dispatch({type:"optionschangerequest",detail:{defaultStreamType:(s=this.getAttribute(c.DEFAULT_STREAM_TYPE))!=null?s:void 0}});else if(e===c.LIVE_EDGE_OFFSET&&r!==i)(d=p(this,w))==null||d.dispatch({type:"optionschangerequest",detail:{liveEdgeOffset:this.hasAttribute(c.LIVE_EDGE_OFFSET)?+this.getAttribute(c.LIVE_EDGE_OFFSET):void 0,seekToLiveOffset:this.hasAttribute(c.SEEK_TO_LIVE_OFFSET)?+this.getAttribute(c.SEEK_TO_LIVE_OFFSET):this.hasAttribute(c.LIVE_EDGE_OFFSET)?+this.getAttribute(c.LIVE_EDGE_OFFSET):void 0}});else if(e===c.SEEK_TO_LIVE_OFFSET&&r!==i)(u=p(this,w))==null||u.dispatch({type:"optionschangerequest",detail:{seekToLiveOffset:this.hasAttribute(c.SEEK_TO_LIVE_OFFSET)?+this.getAttribute(c.SEEK_TO_LIVE_OFFSET):this.hasAttribute(c.LIVE_EDGE_OFFSET)?+this.getAttribute(c.LIVE_EDGE_OFFSET):void 0}});else if(e===c.NO_AUTO_SEEK_TO_LIVE)(y=p(this,w))==null||y.dispatch({type:"optionschangerequest",detail:{noAutoSeekToLive:this.hasAttribute(c.NO_AUTO_SEEK_TO_LIVE)}});else if(e===c.FULLSCREEN_ELEMENT){let M=r?(I=this.getRootNode())==null?void 0:I.getElementById(r):void 0;he(this,Jt,M),(T=p(this,w))==null||T.dispatch({type:"fullscreenelementchangerequest",detail:this.fullscreenElement})}else e===c.LANG&&r!==i?(Qr(r),(v=p(this,w))==null||v.dispatch({type:"optionschangerequest",detail:{mediaLang:r}})):e===c.LOOP&&r!==i?(m=p(this,w))==null||m.dispatch({type:h.MEDIA_LOOP_REQUEST,detail:r!=null}):e===c.NO_VOLUME_PREF&&r!==i?(g=p(this,w))==null||g.dispatch({type:"optionschangerequest",detail:{noVolumePref:this.hasAttribute(c.NO_VOLUME_PREF)}}):e===c.NO_MUTED_PREF&&r!==i&&((E=p(this,w))==null||E.dispatch({type:"optionschangerequest",detail:{noMutedPref:this.hasAttribute(c.NO_MUTED_PREF)}}))}connectedCallback(){var e,i,r;this.associateElement(this),!p(this,w)&&!this.hasAttribute(c.NO_DEFAULT_STORE)&&Fe(this,Xi,pa).call(this),(e=p(this,w))==null||e.dispatch({type:"documentelementchangerequest",detail:B}),(i=p(this,w))==null||i.dispatch({type:"fullscreenelementchangerequest",detail:this.fullscreenElement}),super.connectedCallback(),p(this,w)&&!p(this,fe)&&he(this,fe,(r=p(this,w))==null?void 0:r.subscribe(p(this,jt))),p(this,ei)!==void 0&&p(this,w)&&this.media&&setTimeout(()=>{var a,s,n;(s=(a=this.media)==null?void 0:a.textTracks)!=null&&s.length&&((n=p(this,w))==null||n.dispatch({type:h.MEDIA_TOGGLE_SUBTITLES_REQUEST,detail:p(this,ei)}))},0),this.hasAttribute(c.NO_HOTKEYS)?this.disableHotkeys():this.enableHotkeys()}disconnectedCallback(){var e,i,r,a,s,n;if((e=super.disconnectedCallback)==null||e.call(this),this.disableHotkeys(),p(this,w)){let d=p(this,w).getState();he(this,ei,!!((i=d.mediaSubtitlesShowing)!=null&&i.length)),(r=p(this,w))==null||r.dispatch({type:"fullscreenelementchangerequest",detail:void 0}),(a=p(this,w))==null||a.dispatch({type:"documentelementchangerequest",detail:void 0}),(s=p(this,w))==null||s.dispatch({type:h.MEDIA_TOGGLE_SUBTITLES_REQUEST,detail:!1})}p(this,fe)&&((n=p(this,fe))==null||n.call(this),he(this,fe,void 0)),this.unassociateElement(this),p(this,re)&&(p(this,re).remove(),he(this,re,null))}mediaSetCallback(e){var i;super.mediaSetCallback(e),(i=p(this,w))==null||i.dispatch({type:"mediaelementchangerequest",detail:e}),e.hasAttribute("tabindex")||(e.tabIndex=-1)}mediaUnsetCallback(e){var i;super.mediaUnsetCallback(e),(i=p(this,w))==null||i.dispatch({type:"mediaelementchangerequest",detail:void 0})}propagateMediaState(e,i){go(this.mediaStateReceivers,e,i)}associateElement(e){if(!e)return;let{associatedElementSubscriptions:i}=this;if(i.has(e))return;let r=this.registerMediaStateReceiver.bind(this),a=this.unregisterMediaStateReceiver.bind(this),s=al(e,r,a);Object.values(h).forEach(n=>{e.addEventListener(n,p(this,zi))}),i.set(e,s)}unassociateElement(e){if(!e)return;let{associatedElementSubscriptions:i}=this;if(!i.has(e))return;i.get(e)(),i.delete(e),Object.values(h).forEach(a=>{e.removeEventListener(a,p(this,zi))})}registerMediaStateReceiver(e){if(!e)return;let i=this.mediaStateReceivers;i.indexOf(e)>-1||(i.push(e),p(this,w)&&Object.entries(p(this,w).getState()).forEach(([a,s])=>{go([e],a,s)}))}unregisterMediaStateReceiver(e){let i=this.mediaStateReceivers,r=i.indexOf(e);r<0||i.splice(r,1)}enableHotkeys(){this.addEventListener("keydown",Fe(this,Zi,Ea))}disableHotkeys(){this.removeEventListener("keydown",Fe(this,Zi,Ea)),this.removeEventListener("keyup",p(this,tt))}get hotkeys(){return p(this,De)}set hotkeys(e){L(this,c.HOTKEYS,e)}keyboardShortcutHandler(e){var i,r,a,s,n,d,u,y,I;let T=e.target;if(((a=(r=(i=T.getAttribute(c.KEYS_USED))==null?void 0:i.split(" "))!=null?r:T?.keysUsed)!=null?a:[]).map(S=>S==="Space"?" ":S).filter(Boolean).includes(e.key))return;let m,g,E;if(!(p(this,De).contains(Bi(e.key))||e.shiftKey&&(e.key==="/"||e.key==="?")&&p(this,De).contains("noshift+/")))switch(e.key){case" ":case"k":m=p(this,w).getState().mediaPaused?h.MEDIA_PLAY_REQUEST:h.MEDIA_PAUSE_REQUEST,this.dispatchEvent(new l.CustomEvent(m,{composed:!0,bubbles:!0}));break;case"m":m=this.mediaStore.getState().mediaVolumeLevel==="off"?h.MEDIA_UNMUTE_REQUEST:h.MEDIA_MUTE_REQUEST,this.dispatchEvent(new l.CustomEvent(m,{composed:!0,bubbles:!0}));break;case"f":m=this.mediaStore.getState().mediaIsFullscreen?h.MEDIA_EXIT_FULLSCREEN_REQUEST:h.MEDIA_ENTER_FULLSCREEN_REQUEST,this.dispatchEvent(new l.CustomEvent(m,{composed:!0,bubbles:!0}));break;case"c":this.dispatchEvent(new l.CustomEvent(h.MEDIA_TOGGLE_SUBTITLES_REQUEST,{composed:!0,bubbles:!0}));break;case"ArrowLeft":case"j":{let S=this.hasAttribute(c.KEYBOARD_BACKWARD_SEEK_OFFSET)?+this.getAttribute(c.KEYBOARD_BACKWARD_SEEK_OFFSET):po;g=Math.max(((s=this.mediaStore.getState().mediaCurrentTime)!=null?s:0)-S,0),E=new l.CustomEvent(h.MEDIA_SEEK_REQUEST,{composed:!0,bubbles:!0,detail:g}),this.dispatchEvent(E);break}case"ArrowRight":case"l":{let S=this.hasAttribute(c.KEYBOARD_FORWARD_SEEK_OFFSET)?+this.getAttribute(c.KEYBOARD_FORWARD_SEEK_OFFSET):po;g=Math.max(((n=this.mediaStore.getState().mediaCurrentTime)!=null?n:0)+S,0),E=new l.CustomEvent(h.MEDIA_SEEK_REQUEST,{composed:!0,bubbles:!0,detail:g}),this.dispatchEvent(E);break}case"ArrowUp":{let S=this.hasAttribute(c.KEYBOARD_UP_VOLUME_STEP)?+this.getAttribute(c.KEYBOARD_UP_VOLUME_STEP):Eo;g=Math.min(((d=this.mediaStore.getState().mediaVolume)!=null?d:1)+S,1),E=new l.CustomEvent(h.MEDIA_VOLUME_REQUEST,{composed:!0,bubbles:!0,detail:g}),this.dispatchEvent(E);break}case"ArrowDown":{let S=this.hasAttribute(c.KEYBOARD_DOWN_VOLUME_STEP)?+this.getAttribute(c.KEYBOARD_DOWN_VOLUME_STEP):Eo;g=Math.max(((u=this.mediaStore.getState().mediaVolume)!=null?u:1)-S,0),E=new l.CustomEvent(h.MEDIA_VOLUME_REQUEST,{composed:!0,bubbles:!0,detail:g}),this.dispatchEvent(E);break}case"<":{let S=(y=this.mediaStore.getState().mediaPlaybackRate)!=null?y:1;g=Math.max(S-vo,Zn).toFixed(2),E=new l.CustomEvent(h.MEDIA_PLAYBACK_RATE_REQUEST,{composed:!0,bubbles:!0,detail:g}),this.dispatchEvent(E);break}case">":{let S=(I=this.mediaStore.getState().mediaPlaybackRate)!=null?I:1;g=Math.min(S+vo,Jn).toFixed(2),E=new l.CustomEvent(h.MEDIA_PLAYBACK_RATE_REQUEST,{composed:!0,bubbles:!0,detail:g}),this.dispatchEvent(E);break}case"/":case"?":{e.shiftKey&&Fe(this,va,bo).call(this);break}case"p":{m=this.mediaStore.getState().mediaIsPip?h.MEDIA_EXIT_PIP_REQUEST:h.MEDIA_ENTER_PIP_REQUEST,E=new l.CustomEvent(m,{composed:!0,bubbles:!0}),this.dispatchEvent(E);break}default:break}}};De=new WeakMap;Jt=new WeakMap;w=new WeakMap;re=new WeakMap;jt=new WeakMap;fe=new WeakMap;zi=new WeakMap;ei=new WeakMap;Xi=new WeakSet;pa=function(){var t;this.mediaStore=mo({media:this.media,fullscreenElement:this.fullscreenElement,options:{defaultSubtitles:this.hasAttribute(c.DEFAULT_SUBTITLES),defaultDuration:this.hasAttribute(c.DEFAULT_DURATION)?+this.getAttribute(c.DEFAULT_DURATION):void 0,defaultStreamType:(t=this.getAttribute(c.DEFAULT_STREAM_TYPE))!=null?t:void 0,liveEdgeOffset:this.hasAttribute(c.LIVE_EDGE_OFFSET)?+this.getAttribute(c.LIVE_EDGE_OFFSET):void 0,seekToLiveOffset:this.hasAttribute(c.SEEK_TO_LIVE_OFFSET)?+this.getAttribute(c.SEEK_TO_LIVE_OFFSET):this.hasAttribute(c.LIVE_EDGE_OFFSET)?+this.getAttribute(c.LIVE_EDGE_OFFSET):void 0,noAutoSeekToLive:this.hasAttribute(c.NO_AUTO_SEEK_TO_LIVE),noVolumePref:this.hasAttribute(c.NO_VOLUME_PREF),noMutedPref:this.hasAttribute(c.NO_MUTED_PREF),noSubtitlesLangPref:this.hasAttribute(c.NO_SUBTITLES_LANG_PREF)}})};tt=new WeakMap;Zi=new WeakSet;Ea=function(t){var e;let{metaKey:i,altKey:r,key:a,shiftKey:s}=t,n=s&&(a==="/"||a==="?");if(n&&((e=p(this,re))!=null&&e.open)){this.removeEventListener("keyup",p(this,tt));return}if(i||r||!n&&!Ao.includes(a)){this.removeEventListener("keyup",p(this,tt));return}let d=t.target,u=d instanceof HTMLElement&&(d.tagName.toLowerCase()==="media-volume-range"||d.tagName.toLowerCase()==="media-time-range");[" ","ArrowLeft","ArrowRight","ArrowUp","ArrowDown"].includes(a)&&!p(this,De).contains(Bi(a))&&!u&&t.preventDefault(),this.addEventListener("keyup",p(this,tt),{once:!0})};ti=new WeakSet;Ji=function(){p(this,re)&&(p(this,re).hotkeys=p(this,De).value||void 0,(this.noHotkeys||p(this,De).contains("noshift+/"))&&(p(this,re).open=!1))};va=new WeakSet;bo=function(){p(this,re)||(he(this,re,B.createElement("media-keyboard-shortcuts-dialog")),Fe(this,ti,Ji).call(this),this.appendChild(p(this,re))),p(this,re).open=!0};var jn=Object.values(o),el=Object.values(Vr),To=t=>{var e,i,r,a;let{observedAttributes:s}=t.constructor;!s&&((e=t.nodeName)!=null&&e.includes("-"))&&(l.customElements.upgrade(t),{observedAttributes:s}=t.constructor);let n=(a=(r=(i=t?.getAttribute)==null?void 0:i.call(t,k.MEDIA_CHROME_ATTRIBUTES))==null?void 0:r.split)==null?void 0:a.call(r,/\s+/);return Array.isArray(s||n)?(s||n).filter(d=>jn.includes(d)):[]},tl=t=>{var e,i;return(e=t.nodeName)!=null&&e.includes("-")&&l.customElements.get((i=t.nodeName)==null?void 0:i.toLowerCase())&&!(t instanceof l.customElements.get(t.nodeName.toLowerCase()))&&l.customElements.upgrade(t),el.some(r=>r in t)},_a=t=>tl(t)||!!To(t).length,fo=t=>{var e;return(e=t?.join)==null?void 0:e.call(t,":")},_o={[o.MEDIA_SUBTITLES_LIST]:da,[o.MEDIA_SUBTITLES_SHOWING]:da,[o.MEDIA_SEEKABLE]:fo,[o.MEDIA_BUFFERED]:t=>t?.map(fo).join(" "),[o.MEDIA_PREVIEW_COORDS]:t=>t?.join(" "),[o.MEDIA_RENDITION_LIST]:Xs,[o.MEDIA_AUDIO_TRACK_LIST]:Zs},il=async(t,e,i)=>{var r,a;if(t.isConnected||await Ki(0),typeof i=="boolean"||i==null)return A(t,e,i);if(typeof i=="number")return N(t,e,i);if(typeof i=="string")return L(t,e,i);if(Array.isArray(i)&&!i.length)return t.removeAttribute(e);let s=(a=(r=_o[e])==null?void 0:r.call(_o,i))!=null?a:i;return t.setAttribute(e,s)},rl=t=>{var e;return!!((e=t.closest)!=null&&e.call(t,'*[slot="media"]'))},et=(t,e)=>{if(rl(t))return;let i=(a,s)=>{var n,d;_a(a)&&s(a);let{children:u=[]}=a??{},y=(d=(n=a?.shadowRoot)==null?void 0:n.children)!=null?d:[];[...u,...y].forEach(T=>et(T,s))},r=t?.nodeName.toLowerCase();if(r.includes("-")&&!_a(t)){l.customElements.whenDefined(r).then(()=>{i(t,e)});return}i(t,e)},go=(t,e,i)=>{t.forEach(r=>{if(e in r){r[e]=i;return}let a=To(r),s=e.toLowerCase();a.includes(s)&&il(r,s,i)})},al=(t,e,i)=>{et(t,e);let r=I=>{var T;let v=(T=I?.composedPath()[0])!=null?T:I.target;e(v)},a=I=>{var T;let v=(T=I?.composedPath()[0])!=null?T:I.target;i(v)};t.addEventListener(h.REGISTER_MEDIA_STATE_RECEIVER,r),t.addEventListener(h.UNREGISTER_MEDIA_STATE_RECEIVER,a);let s=I=>{I.forEach(T=>{let{addedNodes:v=[],removedNodes:m=[],type:g,target:E,attributeName:M}=T;g==="childList"?(Array.prototype.forEach.call(v,S=>et(S,e)),Array.prototype.forEach.call(m,S=>et(S,i))):g==="attributes"&&M===k.MEDIA_CHROME_ATTRIBUTES&&(_a(E)?e(E):i(E))})},n=[],d=I=>{let T=I.target;T.name!=="media"&&(n.forEach(v=>et(v,i)),n=[...T.assignedElements({flatten:!0})],n.forEach(v=>et(v,e)))};t.addEventListener("slotchange",d);let u=new MutationObserver(s);return u.observe(t,{childList:!0,attributes:!0,subtree:!0}),()=>{et(t,i),t.removeEventListener("slotchange",d),u.disconnect(),t.removeEventListener(h.REGISTER_MEDIA_STATE_RECEIVER,r),t.removeEventListener(h.UNREGISTER_MEDIA_STATE_RECEIVER,a)}};l.customElements.get("media-controller")||l.customElements.define("media-controller",fa);var So=(t,e,i)=>{if(!e.has(t))throw TypeError("Cannot "+i)},ji=(t,e,i)=>(So(t,e,"read from private field"),i?i.call(t):e.get(t)),sl=(t,e,i)=>{if(e.has(t))throw TypeError("Cannot add the same private member more than once");e instanceof WeakSet?e.add(t):e.set(t,i)},er=(t,e,i,r)=>(So(t,e,"write to private field"),r?r.call(t,i):e.set(t,i),i),_e;function ol(t){return`
    <style>
      :host {
        
        box-sizing: border-box;
        display: var(--media-control-display, var(--media-control-bar-display, inline-flex));
        color: var(--media-text-color, var(--media-primary-color, rgb(238 238 238)));
        --media-loading-indicator-icon-height: 44px;
      }

      ::slotted(media-time-range),
      ::slotted(media-volume-range) {
        min-height: 100%;
      }

      ::slotted(media-time-range),
      ::slotted(media-clip-selector) {
        flex-grow: 1;
      }

      ::slotted([role="menu"]) {
        position: absolute;
      }
    </style>

    <slot></slot>
  `}var ii=class extends l.HTMLElement{constructor(){if(super(),sl(this,_e,void 0),!this.shadowRoot){this.attachShadow(this.constructor.shadowRootOptions);let e=W(this.attributes);this.shadowRoot.innerHTML=this.constructor.getTemplateHTML(e)}}static get observedAttributes(){return[k.MEDIA_CONTROLLER]}attributeChangedCallback(e,i,r){var a,s,n,d,u;e===k.MEDIA_CONTROLLER&&(i&&((s=(a=ji(this,_e))==null?void 0:a.unassociateElement)==null||s.call(a,this),er(this,_e,null)),r&&this.isConnected&&(er(this,_e,(n=this.getRootNode())==null?void 0:n.getElementById(r)),(u=(d=ji(this,_e))==null?void 0:d.associateElement)==null||u.call(d,this)))}connectedCallback(){var e,i,r;let a=this.getAttribute(k.MEDIA_CONTROLLER);a&&(er(this,_e,(e=this.getRootNode())==null?void 0:e.getElementById(a)),(r=(i=ji(this,_e))==null?void 0:i.associateElement)==null||r.call(i,this))}disconnectedCallback(){var e,i;(i=(e=ji(this,_e))==null?void 0:e.unassociateElement)==null||i.call(e,this),er(this,_e,null)}};_e=new WeakMap;ii.shadowRootOptions={mode:"open"};ii.getTemplateHTML=ol;l.customElements.get("media-control-bar")||l.customElements.define("media-control-bar",ii);var yt={PLACEMENT:"placement",BOUNDS:"bounds"};function nl(t){return`
    <style>
      :host {
        --_tooltip-background-color: var(--media-tooltip-background-color, var(--media-secondary-color, rgba(20, 20, 30, .7)));
        --_tooltip-background: var(--media-tooltip-background, var(--_tooltip-background-color));
        --_tooltip-arrow-half-width: calc(var(--media-tooltip-arrow-width, 12px) / 2);
        --_tooltip-arrow-height: var(--media-tooltip-arrow-height, 5px);
        --_tooltip-arrow-background: var(--media-tooltip-arrow-color, var(--_tooltip-background-color));
        position: relative;
        pointer-events: none;
        display: var(--media-tooltip-display, inline-flex);
        justify-content: center;
        align-items: center;
        box-sizing: border-box;
        z-index: var(--media-tooltip-z-index, 1);
        background: var(--_tooltip-background);
        color: var(--media-text-color, var(--media-primary-color, rgb(238 238 238)));
        font: var(--media-font,
          var(--media-font-weight, 400)
          var(--media-font-size, 13px) /
          var(--media-text-content-height, var(--media-control-height, 18px))
          var(--media-font-family, helvetica neue, segoe ui, roboto, arial, sans-serif));
        padding: var(--media-tooltip-padding, .35em .7em);
        border: var(--media-tooltip-border, none);
        border-radius: var(--media-tooltip-border-radius, 5px);
        filter: var(--media-tooltip-filter, drop-shadow(0 0 4px rgba(0, 0, 0, .2)));
        white-space: var(--media-tooltip-white-space, nowrap);
      }

      :host([hidden]) {
        display: none;
      }

      img, svg {
        display: inline-block;
      }

      #arrow {
        position: absolute;
        width: 0px;
        height: 0px;
        border-style: solid;
        display: var(--media-tooltip-arrow-display, block);
      }

      :host(:not([placement])),
      :host([placement="top"]) {
        position: absolute;
        bottom: calc(100% + var(--media-tooltip-distance, 12px));
        left: 50%;
        transform: translate(calc(-50% - var(--media-tooltip-offset-x, 0px)), 0);
      }
      :host(:not([placement])) #arrow,
      :host([placement="top"]) #arrow {
        top: 100%;
        left: 50%;
        border-width: var(--_tooltip-arrow-height) var(--_tooltip-arrow-half-width) 0 var(--_tooltip-arrow-half-width);
        border-color: var(--_tooltip-arrow-background) transparent transparent transparent;
        transform: translate(calc(-50% + var(--media-tooltip-offset-x, 0px)), 0);
      }

      :host([placement="right"]) {
        position: absolute;
        left: calc(100% + var(--media-tooltip-distance, 12px));
        top: 50%;
        transform: translate(0, -50%);
      }
      :host([placement="right"]) #arrow {
        top: 50%;
        right: 100%;
        border-width: var(--_tooltip-arrow-half-width) var(--_tooltip-arrow-height) var(--_tooltip-arrow-half-width) 0;
        border-color: transparent var(--_tooltip-arrow-background) transparent transparent;
        transform: translate(0, -50%);
      }

      :host([placement="bottom"]) {
        position: absolute;
        top: calc(100% + var(--media-tooltip-distance, 12px));
        left: 50%;
        transform: translate(calc(-50% - var(--media-tooltip-offset-x, 0px)), 0);
      }
      :host([placement="bottom"]) #arrow {
        bottom: 100%;
        left: 50%;
        border-width: 0 var(--_tooltip-arrow-half-width) var(--_tooltip-arrow-height) var(--_tooltip-arrow-half-width);
        border-color: transparent transparent var(--_tooltip-arrow-background) transparent;
        transform: translate(calc(-50% + var(--media-tooltip-offset-x, 0px)), 0);
      }

      :host([placement="left"]) {
        position: absolute;
        right: calc(100% + var(--media-tooltip-distance, 12px));
        top: 50%;
        transform: translate(0, -50%);
      }
      :host([placement="left"]) #arrow {
        top: 50%;
        left: 100%;
        border-width: var(--_tooltip-arrow-half-width) 0 var(--_tooltip-arrow-half-width) var(--_tooltip-arrow-height);
        border-color: transparent transparent transparent var(--_tooltip-arrow-background);
        transform: translate(0, -50%);
      }
      
      :host([placement="none"]) #arrow {
        display: none;
      }
    </style>
    <slot></slot>
    <div id="arrow"></div>
  `}var kt=class extends l.HTMLElement{constructor(){if(super(),this.updateXOffset=()=>{var e;if(!Ri(this,{checkOpacity:!1,checkVisibilityCSS:!1}))return;let i=this.placement;if(i==="left"||i==="right"){this.style.removeProperty("--media-tooltip-offset-x");return}let r=getComputedStyle(this),a=(e=Oe(this,"#"+this.bounds))!=null?e:Os(this);if(!a)return;let{x:s,width:n}=a.getBoundingClientRect(),{x:d,width:u}=this.getBoundingClientRect(),y=d+u,I=s+n,T=r.getPropertyValue("--media-tooltip-offset-x"),v=T?parseFloat(T.replace("px","")):0,m=r.getPropertyValue("--media-tooltip-container-margin"),g=m?parseFloat(m.replace("px","")):0,E=d-s+v-g,M=y-I+v+g;if(E<0){this.style.setProperty("--media-tooltip-offset-x",`${E}px`);return}if(M>0){this.style.setProperty("--media-tooltip-offset-x",`${M}px`);return}this.style.removeProperty("--media-tooltip-offset-x")},!this.shadowRoot){this.attachShadow(this.constructor.shadowRootOptions);let e=W(this.attributes);this.shadowRoot.innerHTML=this.constructor.getTemplateHTML(e)}if(this.arrowEl=this.shadowRoot.querySelector("#arrow"),Object.prototype.hasOwnProperty.call(this,"placement")){let e=this.placement;delete this.placement,this.placement=e}}static get observedAttributes(){return[yt.PLACEMENT,yt.BOUNDS]}get placement(){return R(this,yt.PLACEMENT)}set placement(e){L(this,yt.PLACEMENT,e)}get bounds(){return R(this,yt.BOUNDS)}set bounds(e){L(this,yt.BOUNDS,e)}};kt.shadowRootOptions={mode:"open"};kt.getTemplateHTML=nl;l.customElements.get("media-tooltip")||l.customElements.define("media-tooltip",kt);var ba=kt;var Sa=(t,e,i)=>{if(!e.has(t))throw TypeError("Cannot "+i)},$=(t,e,i)=>(Sa(t,e,"read from private field"),i?i.call(t):e.get(t)),it=(t,e,i)=>{if(e.has(t))throw TypeError("Cannot add the same private member more than once");e instanceof WeakSet?e.add(t):e.set(t,i)},tr=(t,e,i,r)=>(Sa(t,e,"write to private field"),r?r.call(t,i):e.set(t,i),i),Io=(t,e,i)=>(Sa(t,e,"access private method"),i),ge,wt,Aa,yo,Be,Mt,ir,Ta,ko,He={TOOLTIP_PLACEMENT:"tooltipplacement",DISABLED:"disabled",NO_TOOLTIP:"notooltip"};function ll(t,e={}){return`
    <style>
      :host {
        position: relative;
        font: var(--media-font,
          var(--media-font-weight, bold)
          var(--media-font-size, 14px) /
          var(--media-text-content-height, var(--media-control-height, 24px))
          var(--media-font-family, helvetica neue, segoe ui, roboto, arial, sans-serif));
        color: var(--media-text-color, var(--media-primary-color, rgb(238 238 238)));
        background: var(--media-control-background, var(--media-secondary-color, rgb(20 20 30 / .7)));
        padding: var(--media-button-padding, var(--media-control-padding, 10px));
        justify-content: var(--media-button-justify-content, center);
        display: inline-flex;
        align-items: center;
        vertical-align: middle;
        box-sizing: border-box;
        transition: background .15s linear;
        pointer-events: auto;
        cursor: var(--media-cursor, pointer);
        -webkit-tap-highlight-color: transparent;
      }

      
      :host(:focus-visible) {
        box-shadow: var(--media-focus-box-shadow, inset 0 0 0 2px rgb(27 127 204 / .9));
        outline: 0;
      }
      
      :host(:where(:focus)) {
        box-shadow: none;
        outline: 0;
      }

      :host(:hover) {
        background: var(--media-control-hover-background, rgba(50 50 70 / .7));
      }

      slot[name="icon"] {
        display: inline-flex;
        align-items: center;
      }

      svg, img, ::slotted(svg), ::slotted(img) {
        width: var(--media-button-icon-width);
        height: var(--media-button-icon-height, var(--media-control-height, 24px));
        transform: var(--media-button-icon-transform);
        transition: var(--media-button-icon-transition);
        fill: var(--media-icon-color, var(--media-primary-color, rgb(238 238 238)));
        vertical-align: middle;
        max-width: 100%;
        max-height: 100%;
        min-width: 100%;
      }

      media-tooltip {
        
        max-width: 0;
        overflow-x: clip;
        opacity: 0;
        transition: opacity .3s, max-width 0s 9s;
      }

      :host(:hover) media-tooltip,
      :host(:focus-visible) media-tooltip {
        max-width: 100vw;
        opacity: 1;
        transition: opacity .3s;
      }

      :host([notooltip]) slot[name="tooltip"] {
        display: none;
      }
    </style>

    ${this.getSlotTemplateHTML(t,e)}

    <slot name="tooltip">
      <media-tooltip part="tooltip" aria-hidden="true">
        <template shadowrootmode="${ba.shadowRootOptions.mode}">
          ${ba.getTemplateHTML({})}
        </template>
        <slot name="tooltip-content">
          ${this.getTooltipContentHTML(t)}
        </slot>
      </media-tooltip>
    </slot>
  `}function dl(t,e){return`
    <slot></slot>
  `}function ul(){return""}var V=class extends l.HTMLElement{constructor(){if(super(),it(this,Aa),it(this,Ta),it(this,ge,void 0),this.preventClick=!1,this.tooltipEl=null,it(this,wt,e=>{this.preventClick||this.handleClick(e),setTimeout($(this,Be),0)}),it(this,Be,()=>{var e,i;(i=(e=this.tooltipEl)==null?void 0:e.updateXOffset)==null||i.call(e)}),it(this,Mt,e=>{let{key:i}=e;if(!this.keysUsed.includes(i)){this.removeEventListener("keyup",$(this,Mt));return}this.preventClick||this.handleClick(e)}),it(this,ir,e=>{let{metaKey:i,altKey:r,key:a}=e;if(i||r||!this.keysUsed.includes(a)){this.removeEventListener("keyup",$(this,Mt));return}this.addEventListener("keyup",$(this,Mt),{once:!0})}),!this.shadowRoot){this.attachShadow(this.constructor.shadowRootOptions);let e=W(this.attributes),i=this.constructor.getTemplateHTML(e);this.shadowRoot.setHTMLUnsafe?this.shadowRoot.setHTMLUnsafe(i):this.shadowRoot.innerHTML=i}this.tooltipEl=this.shadowRoot.querySelector("media-tooltip")}static get observedAttributes(){return["disabled",He.TOOLTIP_PLACEMENT,k.MEDIA_CONTROLLER,o.MEDIA_LANG]}enable(){this.addEventListener("click",$(this,wt)),this.addEventListener("keydown",$(this,ir)),this.tabIndex=0}disable(){this.removeEventListener("click",$(this,wt)),this.removeEventListener("keydown",$(this,ir)),this.removeEventListener("keyup",$(this,Mt)),this.tabIndex=-1}attributeChangedCallback(e,i,r){var a,s,n,d,u;e===k.MEDIA_CONTROLLER?(i&&((s=(a=$(this,ge))==null?void 0:a.unassociateElement)==null||s.call(a,this),tr(this,ge,null)),r&&this.isConnected&&(tr(this,ge,(n=this.getRootNode())==null?void 0:n.getElementById(r)),(u=(d=$(this,ge))==null?void 0:d.associateElement)==null||u.call(d,this))):e==="disabled"&&r!==i?r==null?this.enable():this.disable():e===He.TOOLTIP_PLACEMENT&&this.tooltipEl&&r!==i?this.tooltipEl.placement=r:e===o.MEDIA_LANG&&(this.shadowRoot.querySelector('slot[name="tooltip-content"]').innerHTML=this.constructor.getTooltipContentHTML()),Io(this,Aa,yo).call(this)&&$(this,Be).call(this)}connectedCallback(){var e,i,r;let{style:a}=C(this.shadowRoot,":host");a.setProperty("display",`var(--media-control-display, var(--${this.localName}-display, inline-flex))`),this.hasAttribute("disabled")?this.disable():this.enable(),this.setAttribute("role","button");let s=this.getAttribute(k.MEDIA_CONTROLLER);s&&(tr(this,ge,(e=this.getRootNode())==null?void 0:e.getElementById(s)),(r=(i=$(this,ge))==null?void 0:i.associateElement)==null||r.call(i,this)),l.customElements.whenDefined("media-tooltip").then(()=>Io(this,Ta,ko).call(this))}disconnectedCallback(){var e,i;this.disable(),(i=(e=$(this,ge))==null?void 0:e.unassociateElement)==null||i.call(e,this),tr(this,ge,null),this.removeEventListener("mouseenter",$(this,Be)),this.removeEventListener("focus",$(this,Be)),this.removeEventListener("click",$(this,wt))}get keysUsed(){return["Enter"," "]}get tooltipPlacement(){return R(this,He.TOOLTIP_PLACEMENT)}set tooltipPlacement(e){L(this,He.TOOLTIP_PLACEMENT,e)}get mediaController(){return R(this,k.MEDIA_CONTROLLER)}set mediaController(e){L(this,k.MEDIA_CONTROLLER,e)}get disabled(){return b(this,He.DISABLED)}set disabled(e){A(this,He.DISABLED,e)}get noTooltip(){return b(this,He.NO_TOOLTIP)}set noTooltip(e){A(this,He.NO_TOOLTIP,e)}handleClick(e){}};ge=new WeakMap;wt=new WeakMap;Aa=new WeakSet;yo=function(){try{return this.matches(":hover, :focus-visible")}catch{return this.matches(":hover, :focus")}};Be=new WeakMap;Mt=new WeakMap;ir=new WeakMap;Ta=new WeakSet;ko=function(){this.addEventListener("mouseenter",$(this,Be)),this.addEventListener("focus",$(this,Be)),this.addEventListener("click",$(this,wt));let t=this.tooltipPlacement;t&&this.tooltipEl&&(this.tooltipEl.placement=t)};V.shadowRootOptions={mode:"open"};V.getTemplateHTML=ll;V.getSlotTemplateHTML=dl;V.getTooltipContentHTML=ul;l.customElements.get("media-chrome-button")||l.customElements.define("media-chrome-button",V);var cl=`<svg aria-hidden="true" viewBox="0 0 24 24">
  <path d="m6 21 15-9L6 3v18Z"/>
</svg>`,hl=`<svg aria-hidden="true" viewBox="0 0 24 24">
  <path d="M6 20h4V4H6v16Zm8-16v16h4V4h-4Z"/>
</svg>`;function ml(t){return`
    <style>
      :host([${o.MEDIA_PAUSED}]) slot[name=pause],
      :host(:not([${o.MEDIA_PAUSED}])) slot[name=play] {
        display: none !important;
      }

      :host([${o.MEDIA_PAUSED}]) slot[name=tooltip-pause],
      :host(:not([${o.MEDIA_PAUSED}])) slot[name=tooltip-play] {
        display: none;
      }
    </style>

    <slot name="icon">
      <slot name="play">${cl}</slot>
      <slot name="pause">${hl}</slot>
    </slot>
  `}function pl(){return`
    <slot name="tooltip-play">${_("Play")}</slot>
    <slot name="tooltip-pause">${_("Pause")}</slot>
  `}var Mo=t=>{let e=t.mediaPaused?_("play"):_("pause");t.setAttribute("aria-label",e)},ri=class extends V{static get observedAttributes(){return[...super.observedAttributes,o.MEDIA_PAUSED,o.MEDIA_ENDED]}connectedCallback(){super.connectedCallback(),Mo(this)}attributeChangedCallback(e,i,r){super.attributeChangedCallback(e,i,r),(e===o.MEDIA_PAUSED||e===o.MEDIA_LANG)&&Mo(this)}get mediaPaused(){return b(this,o.MEDIA_PAUSED)}set mediaPaused(e){A(this,o.MEDIA_PAUSED,e)}handleClick(){let e=this.mediaPaused?h.MEDIA_PLAY_REQUEST:h.MEDIA_PAUSE_REQUEST;this.dispatchEvent(new l.CustomEvent(e,{composed:!0,bubbles:!0}))}};ri.getSlotTemplateHTML=ml;ri.getTooltipContentHTML=pl;l.customElements.get("media-play-button")||l.customElements.define("media-play-button",ri);var Lt={SEEK_OFFSET:"seekoffset"},Ia=30,El=t=>`
  <svg aria-hidden="true" viewBox="0 0 20 24">
    <defs>
      <style>.text{font-size:8px;font-family:Arial-BoldMT, Arial;font-weight:700;}</style>
    </defs>
    <text class="text value" transform="translate(2.18 19.87)">${t}</text>
    <path d="M10 6V3L4.37 7 10 10.94V8a5.54 5.54 0 0 1 1.9 10.48v2.12A7.5 7.5 0 0 0 10 6Z"/>
  </svg>`;function vl(t,e){return`
    <slot name="icon">${El(e.seekOffset)}</slot>
  `}var fl=(t,e)=>{t.setAttribute("aria-label",_("seek back {seekOffset} seconds",{seekOffset:e}))};function _l(){return _("Seek backward")}var gl=0,ai=class extends V{static get observedAttributes(){return[...super.observedAttributes,o.MEDIA_CURRENT_TIME,Lt.SEEK_OFFSET]}connectedCallback(){super.connectedCallback(),this.seekOffset=O(this,Lt.SEEK_OFFSET,Ia)}attributeChangedCallback(e,i,r){super.attributeChangedCallback(e,i,r),fl(this,this.seekOffset),e===Lt.SEEK_OFFSET&&(this.seekOffset=O(this,Lt.SEEK_OFFSET,Ia))}get seekOffset(){return O(this,Lt.SEEK_OFFSET,Ia)}set seekOffset(e){N(this,Lt.SEEK_OFFSET,e),this.setAttribute("aria-label",_("seek back {seekOffset} seconds",{seekOffset:this.seekOffset})),wi(Li(this,"icon"),this.seekOffset)}get mediaCurrentTime(){return O(this,o.MEDIA_CURRENT_TIME,gl)}set mediaCurrentTime(e){N(this,o.MEDIA_CURRENT_TIME,e)}handleClick(){let e=Math.max(this.mediaCurrentTime-this.seekOffset,0),i=new l.CustomEvent(h.MEDIA_SEEK_REQUEST,{composed:!0,bubbles:!0,detail:e});this.dispatchEvent(i)}};ai.getSlotTemplateHTML=vl;ai.getTooltipContentHTML=_l;l.customElements.get("media-seek-backward-button")||l.customElements.define("media-seek-backward-button",ai);var Rt={SEEK_OFFSET:"seekoffset"},ya=30,bl=t=>`
  <svg aria-hidden="true" viewBox="0 0 20 24">
    <defs>
      <style>.text{font-size:8px;font-family:Arial-BoldMT, Arial;font-weight:700;}</style>
    </defs>
    <text class="text value" transform="translate(8.9 19.87)">${t}</text>
    <path d="M10 6V3l5.61 4L10 10.94V8a5.54 5.54 0 0 0-1.9 10.48v2.12A7.5 7.5 0 0 1 10 6Z"/>
  </svg>`;function Al(t,e){return`
    <slot name="icon">${bl(e.seekOffset)}</slot>
  `}var Tl=(t,e)=>{t.setAttribute("aria-label",_("seek forward {seekOffset} seconds",{seekOffset:e}))};function Sl(){return _("Seek forward")}var Il=0,si=class extends V{static get observedAttributes(){return[...super.observedAttributes,o.MEDIA_CURRENT_TIME,Rt.SEEK_OFFSET]}connectedCallback(){super.connectedCallback(),this.seekOffset=O(this,Rt.SEEK_OFFSET,ya)}attributeChangedCallback(e,i,r){super.attributeChangedCallback(e,i,r),Tl(this,this.seekOffset),e===Rt.SEEK_OFFSET&&(this.seekOffset=O(this,Rt.SEEK_OFFSET,ya))}get seekOffset(){return O(this,Rt.SEEK_OFFSET,ya)}set seekOffset(e){N(this,Rt.SEEK_OFFSET,e),this.setAttribute("aria-label",_("seek forward {seekOffset} seconds",{seekOffset:this.seekOffset})),wi(Li(this,"icon"),this.seekOffset)}get mediaCurrentTime(){return O(this,o.MEDIA_CURRENT_TIME,Il)}set mediaCurrentTime(e){N(this,o.MEDIA_CURRENT_TIME,e)}handleClick(){let e=this.mediaCurrentTime+this.seekOffset,i=new l.CustomEvent(h.MEDIA_SEEK_REQUEST,{composed:!0,bubbles:!0,detail:e});this.dispatchEvent(i)}};si.getSlotTemplateHTML=Al;si.getTooltipContentHTML=Sl;l.customElements.get("media-seek-forward-button")||l.customElements.define("media-seek-forward-button",si);var yl=`<svg aria-hidden="true" viewBox="0 0 24 24">
  <path d="M16.5 12A4.5 4.5 0 0 0 14 8v2.18l2.45 2.45a4.22 4.22 0 0 0 .05-.63Zm2.5 0a6.84 6.84 0 0 1-.54 2.64L20 16.15A8.8 8.8 0 0 0 21 12a9 9 0 0 0-7-8.77v2.06A7 7 0 0 1 19 12ZM4.27 3 3 4.27 7.73 9H3v6h4l5 5v-6.73l4.25 4.25A6.92 6.92 0 0 1 14 18.7v2.06A9 9 0 0 0 17.69 19l2 2.05L21 19.73l-9-9L4.27 3ZM12 4 9.91 6.09 12 8.18V4Z"/>
</svg>`,wo=`<svg aria-hidden="true" viewBox="0 0 24 24">
  <path d="M3 9v6h4l5 5V4L7 9H3Zm13.5 3A4.5 4.5 0 0 0 14 8v8a4.47 4.47 0 0 0 2.5-4Z"/>
</svg>`,kl=`<svg aria-hidden="true" viewBox="0 0 24 24">
  <path d="M3 9v6h4l5 5V4L7 9H3Zm13.5 3A4.5 4.5 0 0 0 14 8v8a4.47 4.47 0 0 0 2.5-4ZM14 3.23v2.06a7 7 0 0 1 0 13.42v2.06a9 9 0 0 0 0-17.54Z"/>
</svg>`;function Ml(t){return`
    <style>
      :host(:not([${o.MEDIA_VOLUME_LEVEL}])) slot[name=icon] slot:not([name=high]),
      :host([${o.MEDIA_VOLUME_LEVEL}=high]) slot[name=icon] slot:not([name=high]) {
        display: none !important;
      }

      :host([${o.MEDIA_VOLUME_LEVEL}=off]) slot[name=icon] slot:not([name=off]) {
        display: none !important;
      }

      :host([${o.MEDIA_VOLUME_LEVEL}=low]) slot[name=icon] slot:not([name=low]) {
        display: none !important;
      }

      :host([${o.MEDIA_VOLUME_LEVEL}=medium]) slot[name=icon] slot:not([name=medium]) {
        display: none !important;
      }

      :host(:not([${o.MEDIA_VOLUME_LEVEL}=off])) slot[name=tooltip-unmute],
      :host([${o.MEDIA_VOLUME_LEVEL}=off]) slot[name=tooltip-mute] {
        display: none;
      }
    </style>

    <slot name="icon">
      <slot name="off">${yl}</slot>
      <slot name="low">${wo}</slot>
      <slot name="medium">${wo}</slot>
      <slot name="high">${kl}</slot>
    </slot>
  `}function wl(){return`
    <slot name="tooltip-mute">${_("Mute")}</slot>
    <slot name="tooltip-unmute">${_("Unmute")}</slot>
  `}var Lo=t=>{let i=t.mediaVolumeLevel==="off"?_("unmute"):_("mute");t.setAttribute("aria-label",i)},oi=class extends V{static get observedAttributes(){return[...super.observedAttributes,o.MEDIA_VOLUME_LEVEL]}connectedCallback(){super.connectedCallback(),Lo(this)}attributeChangedCallback(e,i,r){super.attributeChangedCallback(e,i,r),e===o.MEDIA_VOLUME_LEVEL&&Lo(this)}get mediaVolumeLevel(){return R(this,o.MEDIA_VOLUME_LEVEL)}set mediaVolumeLevel(e){L(this,o.MEDIA_VOLUME_LEVEL,e)}handleClick(){let e=this.mediaVolumeLevel==="off"?h.MEDIA_UNMUTE_REQUEST:h.MEDIA_MUTE_REQUEST;this.dispatchEvent(new l.CustomEvent(e,{composed:!0,bubbles:!0}))}};oi.getSlotTemplateHTML=Ml;oi.getTooltipContentHTML=wl;l.customElements.get("media-mute-button")||l.customElements.define("media-mute-button",oi);var Ca=(t,e,i)=>{if(!e.has(t))throw TypeError("Cannot "+i)},P=(t,e,i)=>(Ca(t,e,"read from private field"),i?i.call(t):e.get(t)),z=(t,e,i)=>{if(e.has(t))throw TypeError("Cannot add the same private member more than once");e instanceof WeakSet?e.add(t):e.set(t,i)},We=(t,e,i,r)=>(Ca(t,e,"write to private field"),r?r.call(t,i):e.set(t,i),i),me=(t,e,i)=>(Ca(t,e,"access private method"),i),be,hr,rr,ar,pe,ur,sr,or,nr,Oa,Ro,lr,ka,dr,Ma,cr,Ua,wa,Do,La,Co,Ra,Oo,Da,Uo;function Ll(t){return`
    <style>
      :host {
        --_focus-box-shadow: var(--media-focus-box-shadow, inset 0 0 0 2px rgb(27 127 204 / .9));
        --_media-range-padding: var(--media-range-padding, var(--media-control-padding, 10px));

        box-shadow: var(--_focus-visible-box-shadow, none);
        background: var(--media-control-background, var(--media-secondary-color, rgb(20 20 30 / .7)));
        height: calc(var(--media-control-height, 24px) + 2 * var(--_media-range-padding));
        display: inline-flex;
        align-items: center;
        
        vertical-align: middle;
        box-sizing: border-box;
        position: relative;
        width: 100px;
        transition: background .15s linear;
        cursor: var(--media-cursor, pointer);
        pointer-events: auto;
        touch-action: none; 
      }

      
      input[type=range]:focus {
        outline: 0;
      }
      input[type=range]:focus::-webkit-slider-runnable-track {
        outline: 0;
      }

      :host(:hover) {
        background: var(--media-control-hover-background, rgb(50 50 70 / .7));
      }

      #leftgap {
        padding-left: var(--media-range-padding-left, var(--_media-range-padding));
      }

      #rightgap {
        padding-right: var(--media-range-padding-right, var(--_media-range-padding));
      }

      #startpoint,
      #endpoint {
        position: absolute;
      }

      #endpoint {
        right: 0;
      }

      #container {
        
        width: var(--media-range-track-width, 100%);
        transform: translate(var(--media-range-track-translate-x, 0px), var(--media-range-track-translate-y, 0px));
        position: relative;
        height: 100%;
        display: flex;
        align-items: center;
        min-width: 40px;
      }

      #range {
        
        display: var(--media-time-range-hover-display, block);
        bottom: var(--media-time-range-hover-bottom, 0);
        height: var(--media-time-range-hover-height, max(100% , 25px));
        width: 100%;
        position: absolute;
        cursor: var(--media-cursor, pointer);

        -webkit-appearance: none; 
        -webkit-tap-highlight-color: transparent;
        background: transparent; 
        margin: 0;
        z-index: 1;
      }

      @media (hover: hover) {
        #range {
          bottom: var(--media-time-range-hover-bottom, 0);
          height: var(--media-time-range-hover-height, max(100%, 20px));
        }
      }

      
      
      #range::-webkit-slider-thumb {
        -webkit-appearance: none;
        background: transparent;
        width: .1px;
        height: .1px;
      }

      
      #range::-moz-range-thumb {
        background: transparent;
        border: transparent;
        width: .1px;
        height: .1px;
      }

      #appearance {
        height: var(--media-range-track-height, 4px);
        display: flex;
        flex-direction: column;
        justify-content: center;
        width: 100%;
        position: absolute;
        
        will-change: transform;
      }

      #track {
        background: var(--media-range-track-background, rgb(255 255 255 / .2));
        border-radius: var(--media-range-track-border-radius, 1px);
        border: var(--media-range-track-border, none);
        outline: var(--media-range-track-outline);
        outline-offset: var(--media-range-track-outline-offset);
        backdrop-filter: var(--media-range-track-backdrop-filter);
        -webkit-backdrop-filter: var(--media-range-track-backdrop-filter);
        box-shadow: var(--media-range-track-box-shadow, none);
        position: absolute;
        width: 100%;
        height: 100%;
        overflow: hidden;
      }

      #progress,
      #pointer {
        position: absolute;
        height: 100%;
        will-change: width;
      }

      #progress {
        background: var(--media-range-bar-color, var(--media-primary-color, rgb(238 238 238)));
        transition: var(--media-range-track-transition);
      }

      #pointer {
        background: var(--media-range-track-pointer-background);
        border-right: var(--media-range-track-pointer-border-right);
        transition: visibility .25s, opacity .25s;
        visibility: hidden;
        opacity: 0;
      }

      @media (hover: hover) {
        :host(:hover) #pointer {
          transition: visibility .5s, opacity .5s;
          visibility: visible;
          opacity: 1;
        }
      }

      #thumb,
      ::slotted([slot=thumb]) {
        width: var(--media-range-thumb-width, 10px);
        height: var(--media-range-thumb-height, 10px);
        transition: var(--media-range-thumb-transition);
        transform: var(--media-range-thumb-transform, none);
        opacity: var(--media-range-thumb-opacity, 1);
        translate: -50%;
        position: absolute;
        left: 0;
        cursor: var(--media-cursor, pointer);
      }

      #thumb {
        border-radius: var(--media-range-thumb-border-radius, 10px);
        background: var(--media-range-thumb-background, var(--media-primary-color, rgb(238 238 238)));
        box-shadow: var(--media-range-thumb-box-shadow, 1px 1px 1px transparent);
        border: var(--media-range-thumb-border, none);
      }

      :host([disabled]) #thumb {
        background-color: #777;
      }

      .segments #appearance {
        height: var(--media-range-segment-hover-height, 7px);
      }

      #track {
        clip-path: url(#segments-clipping);
      }

      #segments {
        --segments-gap: var(--media-range-segments-gap, 2px);
        position: absolute;
        width: 100%;
        height: 100%;
      }

      #segments-clipping {
        transform: translateX(calc(var(--segments-gap) / 2));
      }

      #segments-clipping:empty {
        display: none;
      }

      #segments-clipping rect {
        height: var(--media-range-track-height, 4px);
        y: calc((var(--media-range-segment-hover-height, 7px) - var(--media-range-track-height, 4px)) / 2);
        transition: var(--media-range-segment-transition, transform .1s ease-in-out);
        transform: var(--media-range-segment-transform, scaleY(1));
        transform-origin: center;
      }

      /* Visible label for accessibility - positioned off-screen but technically visible (Firefox requires visible labels) */
      #range-label {
        position: absolute;
        left: -10000px;
        background: var(--media-control-background, var(--media-secondary-color, rgb(20 20 30 / .7)));
        pointer-events: none;
      }
    </style>
    <div id="leftgap"></div>
    <div id="container">
      <div id="startpoint"></div>
      <div id="endpoint"></div>
      <div id="appearance">
        <div id="track" part="track">
          <div id="pointer"></div>
          <div id="progress" part="progress"></div>
        </div>
        <slot name="thumb">
          <div id="thumb" part="thumb"></div>
        </slot>
        <svg id="segments" aria-hidden="true"><clipPath id="segments-clipping"></clipPath></svg>
      </div>
        <input id="range" type="range" min="0" max="1" step="any" value="0">
        <label for="range" id="range-label"></label>

      ${this.getContainerTemplateHTML(t)}
    </div>
    <div id="rightgap"></div>
  `}function Rl(t){return""}var Ae=class extends l.HTMLElement{constructor(){if(super(),z(this,Oa),z(this,lr),z(this,dr),z(this,cr),z(this,wa),z(this,La),z(this,Ra),z(this,Da),z(this,be,void 0),z(this,hr,void 0),z(this,rr,void 0),z(this,ar,void 0),z(this,pe,{}),z(this,ur,[]),z(this,sr,()=>{if(this.range.matches(":focus-visible")){let{style:e}=C(this.shadowRoot,":host");e.setProperty("--_focus-visible-box-shadow","var(--_focus-box-shadow)")}}),z(this,or,()=>{let{style:e}=C(this.shadowRoot,":host");e.removeProperty("--_focus-visible-box-shadow")}),z(this,nr,()=>{let e=this.shadowRoot.querySelector("#segments-clipping");e&&e.parentNode.append(e)}),!this.shadowRoot){this.attachShadow(this.constructor.shadowRootOptions);let e=W(this.attributes),i=this.constructor.getTemplateHTML(e);this.shadowRoot.setHTMLUnsafe?this.shadowRoot.setHTMLUnsafe(i):this.shadowRoot.innerHTML=i}this.container=this.shadowRoot.querySelector("#container"),We(this,rr,this.shadowRoot.querySelector("#startpoint")),We(this,ar,this.shadowRoot.querySelector("#endpoint")),this.range=this.shadowRoot.querySelector("#range"),this.appearance=this.shadowRoot.querySelector("#appearance")}static get observedAttributes(){return["disabled","aria-disabled",k.MEDIA_CONTROLLER]}attributeChangedCallback(e,i,r){var a,s,n,d,u;e===k.MEDIA_CONTROLLER?(i&&((s=(a=P(this,be))==null?void 0:a.unassociateElement)==null||s.call(a,this),We(this,be,null)),r&&this.isConnected&&(We(this,be,(n=this.getRootNode())==null?void 0:n.getElementById(r)),(u=(d=P(this,be))==null?void 0:d.associateElement)==null||u.call(d,this))):(e==="disabled"||e==="aria-disabled"&&i!==r)&&(r==null?(this.range.removeAttribute(e),me(this,lr,ka).call(this)):(this.range.setAttribute(e,r),me(this,dr,Ma).call(this)))}connectedCallback(){var e,i,r;let{style:a}=C(this.shadowRoot,":host");a.setProperty("display",`var(--media-control-display, var(--${this.localName}-display, inline-flex))`),P(this,pe).pointer=C(this.shadowRoot,"#pointer"),P(this,pe).progress=C(this.shadowRoot,"#progress"),P(this,pe).thumb=C(this.shadowRoot,'#thumb, ::slotted([slot="thumb"])'),P(this,pe).activeSegment=C(this.shadowRoot,"#segments-clipping rect:nth-child(0)");let s=this.getAttribute(k.MEDIA_CONTROLLER);s&&(We(this,be,(e=this.getRootNode())==null?void 0:e.getElementById(s)),(r=(i=P(this,be))==null?void 0:i.associateElement)==null||r.call(i,this)),this.updateBar(),this.shadowRoot.addEventListener("focusin",P(this,sr)),this.shadowRoot.addEventListener("focusout",P(this,or)),me(this,lr,ka).call(this),ki(this.container,P(this,nr))}disconnectedCallback(){var e,i;me(this,dr,Ma).call(this),(i=(e=P(this,be))==null?void 0:e.unassociateElement)==null||i.call(e,this),We(this,be,null),this.shadowRoot.removeEventListener("focusin",P(this,sr)),this.shadowRoot.removeEventListener("focusout",P(this,or)),Mi(this.container,P(this,nr))}updatePointerBar(e){var i;(i=P(this,pe).pointer)==null||i.style.setProperty("width",`${this.getPointerRatio(e)*100}%`)}updateBar(){var e,i;let r=this.range.valueAsNumber*100;(e=P(this,pe).progress)==null||e.style.setProperty("width",`${r}%`),(i=P(this,pe).thumb)==null||i.style.setProperty("left",`${r}%`)}updateSegments(e){let i=this.shadowRoot.querySelector("#segments-clipping");if(i.textContent="",this.container.classList.toggle("segments",!!e?.length),!e?.length)return;let r=[...new Set([+this.range.min,...e.flatMap(s=>[s.start,s.end]),+this.range.max])];We(this,ur,[...r]);let a=r.pop();for(let[s,n]of r.entries()){let[d,u]=[s===0,s===r.length-1],y=d?"calc(var(--segments-gap) / -1)":`${n*100}%`,T=`calc(${((u?a:r[s+1])-n)*100}%${d||u?"":" - var(--segments-gap)"})`,v=B.createElementNS("http://www.w3.org/2000/svg","rect"),m=qr(this.shadowRoot,`#segments-clipping rect:nth-child(${s+1})`);m.style.setProperty("x",y),m.style.setProperty("width",T),i.append(v)}}getPointerRatio(e){return Us(e.clientX,e.clientY,P(this,rr).getBoundingClientRect(),P(this,ar).getBoundingClientRect())}get dragging(){return this.hasAttribute("dragging")}handleEvent(e){switch(e.type){case"pointermove":me(this,Da,Uo).call(this,e);break;case"input":this.updateBar();break;case"pointerenter":me(this,wa,Do).call(this,e);break;case"pointerdown":me(this,cr,Ua).call(this,e);break;case"pointerup":me(this,La,Co).call(this);break;case"pointerleave":me(this,Ra,Oo).call(this);break}}get keysUsed(){return["ArrowUp","ArrowRight","ArrowDown","ArrowLeft"]}};be=new WeakMap;hr=new WeakMap;rr=new WeakMap;ar=new WeakMap;pe=new WeakMap;ur=new WeakMap;sr=new WeakMap;or=new WeakMap;nr=new WeakMap;Oa=new WeakSet;Ro=function(t){let e=P(this,pe).activeSegment;if(!e)return;let i=this.getPointerRatio(t),a=`#segments-clipping rect:nth-child(${P(this,ur).findIndex((s,n,d)=>{let u=d[n+1];return u!=null&&i>=s&&i<=u})+1})`;(e.selectorText!=a||!e.style.transform)&&(e.selectorText=a,e.style.setProperty("transform","var(--media-range-segment-hover-transform, scaleY(2))"))};lr=new WeakSet;ka=function(){this.hasAttribute("disabled")||!this.isConnected||(this.addEventListener("input",this),this.addEventListener("pointerdown",this),this.addEventListener("pointerenter",this))};dr=new WeakSet;Ma=function(){var t,e;this.removeEventListener("input",this),this.removeEventListener("pointerdown",this),this.removeEventListener("pointerenter",this),this.removeEventListener("pointerleave",this),(t=l.window)==null||t.removeEventListener("pointerup",this),(e=l.window)==null||e.removeEventListener("pointermove",this)};cr=new WeakSet;Ua=function(t){var e;We(this,hr,t.composedPath().includes(this.range)),(e=l.window)==null||e.addEventListener("pointerup",this,{once:!0})};wa=new WeakSet;Do=function(t){var e;t.pointerType!=="mouse"&&me(this,cr,Ua).call(this,t),this.addEventListener("pointerleave",this,{once:!0}),(e=l.window)==null||e.addEventListener("pointermove",this)};La=new WeakSet;Co=function(){var t;(t=l.window)==null||t.removeEventListener("pointerup",this),this.toggleAttribute("dragging",!1),this.range.disabled=this.hasAttribute("disabled")};Ra=new WeakSet;Oo=function(){var t,e;this.removeEventListener("pointerleave",this),(t=l.window)==null||t.removeEventListener("pointermove",this),this.toggleAttribute("dragging",!1),this.range.disabled=this.hasAttribute("disabled"),(e=P(this,pe).activeSegment)==null||e.style.removeProperty("transform")};Da=new WeakSet;Uo=function(t){t.pointerType==="pen"&&t.buttons===0||(this.toggleAttribute("dragging",t.buttons===1||t.pointerType!=="mouse"),this.updatePointerBar(t),me(this,Oa,Ro).call(this,t),this.dragging&&(t.pointerType!=="mouse"||!P(this,hr))&&(this.range.disabled=!0,this.range.valueAsNumber=this.getPointerRatio(t),this.range.dispatchEvent(new Event("input",{bubbles:!0,composed:!0}))))};Ae.shadowRootOptions={mode:"open"};Ae.getTemplateHTML=Ll;Ae.getContainerTemplateHTML=Rl;l.customElements.get("media-chrome-range")||l.customElements.define("media-chrome-range",Ae);var Dl=(t,e,i)=>{if(!e.has(t))throw TypeError("Cannot "+i)},xo=(t,e,i)=>(Dl(t,e,"read from private field"),i?i.call(t):e.get(t)),Cl=(t,e,i)=>{if(e.has(t))throw TypeError("Cannot add the same private member more than once");e instanceof WeakSet?e.add(t):e.set(t,i)},mr,Ol=1,Ul=t=>t.mediaMuted?0:t.mediaVolume,xl=t=>`${Math.round(t*100)}%`,xa=class extends Ae{constructor(){super(...arguments),Cl(this,mr,()=>{let e=this.range.value,i=new l.CustomEvent(h.MEDIA_VOLUME_REQUEST,{composed:!0,bubbles:!0,detail:e});this.dispatchEvent(i)})}static get observedAttributes(){return[...super.observedAttributes,o.MEDIA_VOLUME,o.MEDIA_MUTED,o.MEDIA_VOLUME_UNAVAILABLE]}connectedCallback(){super.connectedCallback(),this.range.setAttribute("aria-label",_("volume")),this.range.addEventListener("input",xo(this,mr))}disconnectedCallback(){this.range.removeEventListener("input",xo(this,mr)),super.disconnectedCallback()}attributeChangedCallback(e,i,r){super.attributeChangedCallback(e,i,r),(e===o.MEDIA_VOLUME||e===o.MEDIA_MUTED)&&(this.range.valueAsNumber=Ul(this),this.range.setAttribute("aria-valuetext",xl(this.range.valueAsNumber)),this.updateBar())}get mediaVolume(){return O(this,o.MEDIA_VOLUME,Ol)}set mediaVolume(e){N(this,o.MEDIA_VOLUME,e)}get mediaMuted(){return b(this,o.MEDIA_MUTED)}set mediaMuted(e){A(this,o.MEDIA_MUTED,e)}get mediaVolumeUnavailable(){return R(this,o.MEDIA_VOLUME_UNAVAILABLE)}set mediaVolumeUnavailable(e){L(this,o.MEDIA_VOLUME_UNAVAILABLE,e)}};mr=new WeakMap;l.customElements.get("media-volume-range")||l.customElements.define("media-volume-range",xa);var Po=(t,e,i)=>{if(!e.has(t))throw TypeError("Cannot "+i)},pr=(t,e,i)=>(Po(t,e,"read from private field"),i?i.call(t):e.get(t)),Pl=(t,e,i)=>{if(e.has(t))throw TypeError("Cannot add the same private member more than once");e instanceof WeakSet?e.add(t):e.set(t,i)},Er=(t,e,i,r)=>(Po(t,e,"write to private field"),r?r.call(t,i):e.set(t,i),i),Te;function Nl(t){return`
    <style>
      :host {
        box-sizing: border-box;
        display: var(--media-control-display, var(--media-preview-thumbnail-display, inline-block));
        overflow: hidden;
      }

      img {
        display: none;
        position: relative;
      }
    </style>
    <img crossorigin loading="eager" decoding="async">
  `}var Dt=class extends l.HTMLElement{constructor(){if(super(),Pl(this,Te,void 0),!this.shadowRoot){this.attachShadow(this.constructor.shadowRootOptions);let e=W(this.attributes);this.shadowRoot.innerHTML=this.constructor.getTemplateHTML(e)}}static get observedAttributes(){return[k.MEDIA_CONTROLLER,o.MEDIA_PREVIEW_IMAGE,o.MEDIA_PREVIEW_COORDS]}connectedCallback(){var e,i,r;let a=this.getAttribute(k.MEDIA_CONTROLLER);a&&(Er(this,Te,(e=this.getRootNode())==null?void 0:e.getElementById(a)),(r=(i=pr(this,Te))==null?void 0:i.associateElement)==null||r.call(i,this))}disconnectedCallback(){var e,i;(i=(e=pr(this,Te))==null?void 0:e.unassociateElement)==null||i.call(e,this),Er(this,Te,null)}attributeChangedCallback(e,i,r){var a,s,n,d,u;[o.MEDIA_PREVIEW_IMAGE,o.MEDIA_PREVIEW_COORDS].includes(e)&&this.update(),e===k.MEDIA_CONTROLLER&&(i&&((s=(a=pr(this,Te))==null?void 0:a.unassociateElement)==null||s.call(a,this),Er(this,Te,null)),r&&this.isConnected&&(Er(this,Te,(n=this.getRootNode())==null?void 0:n.getElementById(r)),(u=(d=pr(this,Te))==null?void 0:d.associateElement)==null||u.call(d,this)))}get mediaPreviewImage(){return R(this,o.MEDIA_PREVIEW_IMAGE)}set mediaPreviewImage(e){L(this,o.MEDIA_PREVIEW_IMAGE,e)}get mediaPreviewCoords(){let e=this.getAttribute(o.MEDIA_PREVIEW_COORDS);if(e)return e.split(/\s+/).map(i=>+i)}set mediaPreviewCoords(e){if(!e){this.removeAttribute(o.MEDIA_PREVIEW_COORDS);return}this.setAttribute(o.MEDIA_PREVIEW_COORDS,e.join(" "))}update(){let e=this.mediaPreviewCoords,i=this.mediaPreviewImage;if(!(e&&i))return;let[r,a,s,n]=e,d=i.split("#")[0],u=getComputedStyle(this),{maxWidth:y,maxHeight:I,minWidth:T,minHeight:v}=u,m=u.getPropertyValue("--media-preview-thumbnail-object-fit").trim()||"contain",g,E;if(m==="fill"){let Me=parseInt(y)/s,we=parseInt(I)/n,Wt=parseInt(T)/s,Ge=parseInt(v)/n;g=Me<1?Me:Math.max(Me,Wt),E=we<1?we:Math.max(we,Ge)}else{let Me=Math.min(parseInt(y)/s,parseInt(I)/n),we=Math.max(parseInt(T)/s,parseInt(v)/n),Ge=Me<1?Me:we>1?we:1;g=Ge,E=Ge}let{style:M}=C(this.shadowRoot,":host"),S=C(this.shadowRoot,"img").style,X=this.shadowRoot.querySelector("img"),Bt=Math.min(g,E)<1?"min":"max";M.setProperty(`${Bt}-width`,"initial","important"),M.setProperty(`${Bt}-height`,"initial","important"),M.width=`${s*g}px`,M.height=`${n*E}px`;let nt=()=>{S.width=`${this.imgWidth*g}px`,S.height=`${this.imgHeight*E}px`,S.display="block"};X.src!==d&&(X.onload=()=>{this.imgWidth=X.naturalWidth,this.imgHeight=X.naturalHeight,nt(),X.onload=null},X.src=d,nt()),nt(),S.transform=`translate(-${r*g}px, -${a*E}px)`}};Te=new WeakMap;Dt.shadowRootOptions={mode:"open"};Dt.getTemplateHTML=Nl;l.customElements.get("media-preview-thumbnail")||l.customElements.define("media-preview-thumbnail",Dt);var Pa=Dt;var No=(t,e,i)=>{if(!e.has(t))throw TypeError("Cannot "+i)},vr=(t,e,i)=>(No(t,e,"read from private field"),i?i.call(t):e.get(t)),Fl=(t,e,i)=>{if(e.has(t))throw TypeError("Cannot add the same private member more than once");e instanceof WeakSet?e.add(t):e.set(t,i)},fr=(t,e,i,r)=>(No(t,e,"write to private field"),r?r.call(t,i):e.set(t,i),i),Se;function Hl(t,e={}){return`
    <style>
      :host {
        font: var(--media-font,
          var(--media-font-weight, normal)
          var(--media-font-size, 14px) /
          var(--media-text-content-height, var(--media-control-height, 24px))
          var(--media-font-family, helvetica neue, segoe ui, roboto, arial, sans-serif));
        color: var(--media-text-color, var(--media-primary-color, rgb(238 238 238)));
        background: var(--media-text-background, var(--media-control-background, var(--media-secondary-color, rgb(20 20 30 / .7))));
        padding: var(--media-control-padding, 10px);
        display: inline-flex;
        justify-content: center;
        align-items: center;
        vertical-align: middle;
        box-sizing: border-box;
        text-align: center;
        pointer-events: auto;
      }

      
      :host(:focus-visible) {
        box-shadow: var(--media-focus-box-shadow, inset 0 0 0 2px rgb(27 127 204 / .9));
        outline: 0;
      }

      
      :host(:where(:focus)) {
        box-shadow: none;
        outline: 0;
      }
    </style>

    ${this.getSlotTemplateHTML(t,e)}
  `}function Bl(t,e){return`
    <slot></slot>
  `}var se=class extends l.HTMLElement{constructor(){if(super(),Fl(this,Se,void 0),!this.shadowRoot){this.attachShadow(this.constructor.shadowRootOptions);let e=W(this.attributes);this.shadowRoot.innerHTML=this.constructor.getTemplateHTML(e)}}static get observedAttributes(){return[k.MEDIA_CONTROLLER]}attributeChangedCallback(e,i,r){var a,s,n,d,u;e===k.MEDIA_CONTROLLER&&(i&&((s=(a=vr(this,Se))==null?void 0:a.unassociateElement)==null||s.call(a,this),fr(this,Se,null)),r&&this.isConnected&&(fr(this,Se,(n=this.getRootNode())==null?void 0:n.getElementById(r)),(u=(d=vr(this,Se))==null?void 0:d.associateElement)==null||u.call(d,this)))}connectedCallback(){var e,i,r;let{style:a}=C(this.shadowRoot,":host");a.setProperty("display",`var(--media-control-display, var(--${this.localName}-display, inline-flex))`);let s=this.getAttribute(k.MEDIA_CONTROLLER);s&&(fr(this,Se,(e=this.getRootNode())==null?void 0:e.getElementById(s)),(r=(i=vr(this,Se))==null?void 0:i.associateElement)==null||r.call(i,this))}disconnectedCallback(){var e,i;(i=(e=vr(this,Se))==null?void 0:e.unassociateElement)==null||i.call(e,this),fr(this,Se,null)}};Se=new WeakMap;se.shadowRootOptions={mode:"open"};se.getTemplateHTML=Hl;se.getSlotTemplateHTML=Bl;l.customElements.get("media-text-display")||l.customElements.define("media-text-display",se);var Fo=[{singular:"hour",plural:"hours"},{singular:"minute",plural:"minutes"},{singular:"second",plural:"seconds"}],Ho=(t,e)=>{let i=t===1?_(Fo[e].singular):_(Fo[e].plural);return`${t} ${i}`},rt=t=>{if(!Tt(t))return"";let e=Math.abs(t),i=e!==t,r=new Date(0,0,0,0,0,e,0),s=[r.getHours(),r.getMinutes(),r.getSeconds()].map((n,d)=>n&&Ho(n,d)).filter(n=>n).join(", ");return i?_("{time} remaining",{time:s}):e===0?Ho(0,2):s};function at(t,e){let i=!1;t<0&&(i=!0,t=0-t),t=t<0?0:t;let r=Math.floor(t%60),a=Math.floor(t/60%60),s=Math.floor(t/3600),n=Math.floor(e/60%60),d=Math.floor(e/3600);return(isNaN(t)||t===1/0)&&(s=a=r="0"),s=s>0||d>0?s+":":"",a=((s||n>=10)&&a<10?"0"+a:a)+":",r=r<10?"0"+r:r,(i?"-":"")+s+a+r}var Nc=Object.freeze({length:0,start(t){let e=t>>>0;if(e>=this.length)throw new DOMException(`Failed to execute 'start' on 'TimeRanges': The index provided (${e}) is greater than or equal to the maximum bound (${this.length}).`);return 0},end(t){let e=t>>>0;if(e>=this.length)throw new DOMException(`Failed to execute 'end' on 'TimeRanges': The index provided (${e}) is greater than or equal to the maximum bound (${this.length}).`);return 0}});var Wo=(t,e,i)=>{if(!e.has(t))throw TypeError("Cannot "+i)},Bo=(t,e,i)=>(Wo(t,e,"read from private field"),i?i.call(t):e.get(t)),Wl=(t,e,i)=>{if(e.has(t))throw TypeError("Cannot add the same private member more than once");e instanceof WeakSet?e.add(t):e.set(t,i)},$l=(t,e,i,r)=>(Wo(t,e,"write to private field"),r?r.call(t,i):e.set(t,i),i),ni,Na=class extends se{constructor(){super(),Wl(this,ni,void 0),$l(this,ni,this.shadowRoot.querySelector("slot")),Bo(this,ni).textContent=at(0)}static get observedAttributes(){return[...super.observedAttributes,o.MEDIA_PREVIEW_TIME]}attributeChangedCallback(e,i,r){super.attributeChangedCallback(e,i,r),e===o.MEDIA_PREVIEW_TIME&&r!=null&&(Bo(this,ni).textContent=at(parseFloat(r)))}get mediaPreviewTime(){return O(this,o.MEDIA_PREVIEW_TIME)}set mediaPreviewTime(e){N(this,o.MEDIA_PREVIEW_TIME,e)}};ni=new WeakMap;l.customElements.get("media-preview-time-display")||l.customElements.define("media-preview-time-display",Na);var $o=(t,e,i)=>{if(!e.has(t))throw TypeError("Cannot "+i)},Vl=(t,e,i)=>($o(t,e,"read from private field"),i?i.call(t):e.get(t)),Kl=(t,e,i)=>{if(e.has(t))throw TypeError("Cannot add the same private member more than once");e instanceof WeakSet?e.add(t):e.set(t,i)},Gl=(t,e,i,r)=>($o(t,e,"write to private field"),r?r.call(t,i):e.set(t,i),i),_r,Fa=class extends se{constructor(){super(),Kl(this,_r,void 0),Gl(this,_r,this.shadowRoot.querySelector("slot"))}static get observedAttributes(){return[...super.observedAttributes,o.MEDIA_PREVIEW_CHAPTER,o.MEDIA_LANG]}attributeChangedCallback(e,i,r){if(super.attributeChangedCallback(e,i,r),(e===o.MEDIA_PREVIEW_CHAPTER||e===o.MEDIA_LANG)&&r!==i&&r!=null)if(Vl(this,_r).textContent=r,r!==""){let a=_("chapter: {chapterName}",{chapterName:r});this.setAttribute("aria-valuetext",a)}else this.removeAttribute("aria-valuetext")}get mediaPreviewChapter(){return R(this,o.MEDIA_PREVIEW_CHAPTER)}set mediaPreviewChapter(e){L(this,o.MEDIA_PREVIEW_CHAPTER,e)}};_r=new WeakMap;l.customElements.get("media-preview-chapter-display")||l.customElements.define("media-preview-chapter-display",Fa);var Vo=(t,e,i)=>{if(!e.has(t))throw TypeError("Cannot "+i)},Y=(t,e,i)=>(Vo(t,e,"read from private field"),i?i.call(t):e.get(t)),Ie=(t,e,i)=>{if(e.has(t))throw TypeError("Cannot add the same private member more than once");e instanceof WeakSet?e.add(t):e.set(t,i)},ae=(t,e,i,r)=>(Vo(t,e,"write to private field"),r?r.call(t,i):e.set(t,i),i),ql=(t,e,i,r)=>({set _(a){ae(t,e,a,i)},get _(){return Y(t,e,r)}}),Ct,gr,Ot,li,br,Ar,Tr,Ut,st,Sr,Ir=class{constructor(e,i,r){Ie(this,Ct,void 0),Ie(this,gr,void 0),Ie(this,Ot,void 0),Ie(this,li,void 0),Ie(this,br,void 0),Ie(this,Ar,void 0),Ie(this,Tr,void 0),Ie(this,Ut,void 0),Ie(this,st,0),Ie(this,Sr,(a=performance.now())=>{ae(this,st,requestAnimationFrame(Y(this,Sr))),ae(this,li,performance.now()-Y(this,Ot));let s=1e3/this.fps;if(Y(this,li)>s){ae(this,Ot,a-Y(this,li)%s);let n=1e3/((a-Y(this,gr))/++ql(this,br)._),d=(a-Y(this,Ar))/1e3/this.duration,u=Y(this,Tr)+d*this.playbackRate;u-Y(this,Ct).valueAsNumber>0?ae(this,Ut,this.playbackRate/this.duration/n):(ae(this,Ut,.995*Y(this,Ut)),u=Y(this,Ct).valueAsNumber+Y(this,Ut)),this.callback(u)}}),ae(this,Ct,e),this.callback=i,this.fps=r}start(){Y(this,st)===0&&(ae(this,Ot,performance.now()),ae(this,gr,Y(this,Ot)),ae(this,br,0),Y(this,Sr).call(this))}stop(){Y(this,st)!==0&&(cancelAnimationFrame(Y(this,st)),ae(this,st,0))}update({start:e,duration:i,playbackRate:r}){let a=e-Y(this,Ct).valueAsNumber,s=Math.abs(i-this.duration);(a>0||a<-.5/i||s>=.5)&&this.callback(e),ae(this,Tr,e),ae(this,Ar,performance.now()),this.duration=i,this.playbackRate=r}};Ct=new WeakMap;gr=new WeakMap;Ot=new WeakMap;li=new WeakMap;br=new WeakMap;Ar=new WeakMap;Tr=new WeakMap;Ut=new WeakMap;st=new WeakMap;Sr=new WeakMap;var Va=(t,e,i)=>{if(!e.has(t))throw TypeError("Cannot "+i)},U=(t,e,i)=>(Va(t,e,"read from private field"),i?i.call(t):e.get(t)),K=(t,e,i)=>{if(e.has(t))throw TypeError("Cannot add the same private member more than once");e instanceof WeakSet?e.add(t):e.set(t,i)},oe=(t,e,i,r)=>(Va(t,e,"write to private field"),r?r.call(t,i):e.set(t,i),i),ne=(t,e,i)=>(Va(t,e,"access private method"),i),xt,$e,Mr,ui,wr,kr,ci,hi,Pt,Nt,di,Ha,Ko,Ba,Lr,Ka,Rr,Ga,Dr,qa,Wa,Go,mi,Cr,$a,qo,Yl=t=>{let e=t.range,i=rt(+Yo(t)),r=rt(+t.mediaSeekableEnd),a=i&&r?_("{currentTime} of {totalTime}",{currentTime:i,totalTime:r}):_("video not loaded, unknown time.");e.setAttribute("aria-valuetext",a)};function Ql(t){return`
    <style>
      :host {
        --media-box-border-radius: 4px;
        --media-box-padding-left: 10px;
        --media-box-padding-right: 10px;
        --media-preview-border-radius: var(--media-box-border-radius);
        --media-box-arrow-offset: var(--media-box-border-radius);
        --_control-background: var(--media-control-background, var(--media-secondary-color, rgb(20 20 30 / .7)));
        --_preview-background: var(--media-preview-background, var(--_control-background));

        
        contain: layout;
      }

      #buffered {
        background: var(--media-time-range-buffered-color, rgb(255 255 255 / .4));
        position: absolute;
        height: 100%;
        will-change: width;
      }

      #preview-rail,
      #current-rail {
        width: 100%;
        position: absolute;
        left: 0;
        bottom: 100%;
        pointer-events: none;
        will-change: transform;
      }

      [part~="box"] {
        width: min-content;
        
        position: absolute;
        bottom: 100%;
        flex-direction: column;
        align-items: center;
        transform: translateX(-50%);
      }

      [part~="current-box"] {
        display: var(--media-current-box-display, var(--media-box-display, flex));
        margin: var(--media-current-box-margin, var(--media-box-margin, 0 0 5px));
        visibility: hidden;
      }

      [part~="preview-box"] {
        display: var(--media-preview-box-display, var(--media-box-display, flex));
        margin: var(--media-preview-box-margin, var(--media-box-margin, 0 0 5px));
        transition-property: var(--media-preview-transition-property, visibility, opacity);
        transition-duration: var(--media-preview-transition-duration-out, .25s);
        transition-delay: var(--media-preview-transition-delay-out, 0s);
        visibility: hidden;
        opacity: 0;
      }

      :host(:is([${o.MEDIA_PREVIEW_IMAGE}], [${o.MEDIA_PREVIEW_TIME}])[dragging]) [part~="preview-box"] {
        transition-duration: var(--media-preview-transition-duration-in, .5s);
        transition-delay: var(--media-preview-transition-delay-in, .25s);
        visibility: visible;
        opacity: 1;
      }

      @media (hover: hover) {
        :host(:is([${o.MEDIA_PREVIEW_IMAGE}], [${o.MEDIA_PREVIEW_TIME}]):hover) [part~="preview-box"] {
          transition-duration: var(--media-preview-transition-duration-in, .5s);
          transition-delay: var(--media-preview-transition-delay-in, .25s);
          visibility: visible;
          opacity: 1;
        }
      }

      media-preview-thumbnail,
      ::slotted(media-preview-thumbnail) {
        visibility: hidden;
        
        transition: visibility 0s .25s;
        transition-delay: calc(var(--media-preview-transition-delay-out, 0s) + var(--media-preview-transition-duration-out, .25s));
        background: var(--media-preview-thumbnail-background, var(--_preview-background));
        box-shadow: var(--media-preview-thumbnail-box-shadow, 0 0 4px rgb(0 0 0 / .2));
        max-width: var(--media-preview-thumbnail-max-width, 180px);
        max-height: var(--media-preview-thumbnail-max-height, 160px);
        min-width: var(--media-preview-thumbnail-min-width, 120px);
        min-height: var(--media-preview-thumbnail-min-height, 80px);
        border: var(--media-preview-thumbnail-border);
        border-radius: var(--media-preview-thumbnail-border-radius,
          var(--media-preview-border-radius) var(--media-preview-border-radius) 0 0);
      }

      :host([${o.MEDIA_PREVIEW_IMAGE}][dragging]) media-preview-thumbnail,
      :host([${o.MEDIA_PREVIEW_IMAGE}][dragging]) ::slotted(media-preview-thumbnail) {
        transition-delay: var(--media-preview-transition-delay-in, .25s);
        visibility: visible;
      }

      @media (hover: hover) {
        :host([${o.MEDIA_PREVIEW_IMAGE}]:hover) media-preview-thumbnail,
        :host([${o.MEDIA_PREVIEW_IMAGE}]:hover) ::slotted(media-preview-thumbnail) {
          transition-delay: var(--media-preview-transition-delay-in, .25s);
          visibility: visible;
        }

        :host([${o.MEDIA_PREVIEW_TIME}]:hover) {
          --media-time-range-hover-display: block;
        }
      }

      media-preview-chapter-display,
      ::slotted(media-preview-chapter-display) {
        font-size: var(--media-font-size, 13px);
        line-height: 17px;
        min-width: 0;
        visibility: hidden;
        
        transition: min-width 0s, border-radius 0s, margin 0s, padding 0s, visibility 0s;
        transition-delay: calc(var(--media-preview-transition-delay-out, 0s) + var(--media-preview-transition-duration-out, .25s));
        background: var(--media-preview-chapter-background, var(--_preview-background));
        border-radius: var(--media-preview-chapter-border-radius,
          var(--media-preview-border-radius) var(--media-preview-border-radius)
          var(--media-preview-border-radius) var(--media-preview-border-radius));
        padding: var(--media-preview-chapter-padding, 3.5px 9px);
        margin: var(--media-preview-chapter-margin, 0 0 5px);
        text-shadow: var(--media-preview-chapter-text-shadow, 0 0 4px rgb(0 0 0 / .75));
      }

      :host([${o.MEDIA_PREVIEW_IMAGE}]) media-preview-chapter-display,
      :host([${o.MEDIA_PREVIEW_IMAGE}]) ::slotted(media-preview-chapter-display) {
        transition-delay: var(--media-preview-transition-delay-in, .25s);
        border-radius: var(--media-preview-chapter-border-radius, 0);
        padding: var(--media-preview-chapter-padding, 3.5px 9px 0);
        margin: var(--media-preview-chapter-margin, 0);
        min-width: 100%;
      }

      media-preview-chapter-display[${o.MEDIA_PREVIEW_CHAPTER}],
      ::slotted(media-preview-chapter-display[${o.MEDIA_PREVIEW_CHAPTER}]) {
        visibility: visible;
      }

      media-preview-chapter-display:not([aria-valuetext]),
      ::slotted(media-preview-chapter-display:not([aria-valuetext])) {
        display: none;
      }

      media-preview-time-display,
      ::slotted(media-preview-time-display),
      media-time-display,
      ::slotted(media-time-display) {
        font-size: var(--media-font-size, 13px);
        line-height: 17px;
        min-width: 0;
        
        transition: min-width 0s, border-radius 0s;
        transition-delay: calc(var(--media-preview-transition-delay-out, 0s) + var(--media-preview-transition-duration-out, .25s));
        background: var(--media-preview-time-background, var(--_preview-background));
        border-radius: var(--media-preview-time-border-radius,
          var(--media-preview-border-radius) var(--media-preview-border-radius)
          var(--media-preview-border-radius) var(--media-preview-border-radius));
        padding: var(--media-preview-time-padding, 3.5px 9px);
        margin: var(--media-preview-time-margin, 0);
        text-shadow: var(--media-preview-time-text-shadow, 0 0 4px rgb(0 0 0 / .75));
        transform: translateX(min(
          max(calc(50% - var(--_box-width) / 2),
          calc(var(--_box-shift, 0))),
          calc(var(--_box-width) / 2 - 50%)
        ));
      }

      :host([${o.MEDIA_PREVIEW_IMAGE}]) media-preview-time-display,
      :host([${o.MEDIA_PREVIEW_IMAGE}]) ::slotted(media-preview-time-display) {
        transition-delay: var(--media-preview-transition-delay-in, .25s);
        border-radius: var(--media-preview-time-border-radius,
          0 0 var(--media-preview-border-radius) var(--media-preview-border-radius));
        min-width: 100%;
      }

      :host([${o.MEDIA_PREVIEW_TIME}]:hover) {
        --media-time-range-hover-display: block;
      }

      [part~="arrow"],
      ::slotted([part~="arrow"]) {
        display: var(--media-box-arrow-display, inline-block);
        transform: translateX(min(
          max(calc(50% - var(--_box-width) / 2 + var(--media-box-arrow-offset)),
          calc(var(--_box-shift, 0))),
          calc(var(--_box-width) / 2 - 50% - var(--media-box-arrow-offset))
        ));
        
        border-color: transparent;
        border-top-color: var(--media-box-arrow-background, var(--_control-background));
        border-width: var(--media-box-arrow-border-width,
          var(--media-box-arrow-height, 5px) var(--media-box-arrow-width, 6px) 0);
        border-style: solid;
        justify-content: center;
        height: 0;
      }
    </style>
    <div id="preview-rail">
      <slot name="preview" part="box preview-box">
        <media-preview-thumbnail>
          <template shadowrootmode="${Pa.shadowRootOptions.mode}">
            ${Pa.getTemplateHTML({})}
          </template>
        </media-preview-thumbnail>
        <media-preview-chapter-display></media-preview-chapter-display>
        <media-preview-time-display></media-preview-time-display>
        <slot name="preview-arrow"><div part="arrow"></div></slot>
      </slot>
    </div>
    <div id="current-rail">
      <slot name="current" part="box current-box">
        
      </slot>
    </div>
  `}var yr=(t,e=t.mediaCurrentTime)=>{let i=Number.isFinite(t.mediaSeekableStart)?t.mediaSeekableStart:0,r=Number.isFinite(t.mediaDuration)?t.mediaDuration:t.mediaSeekableEnd;if(Number.isNaN(r))return 0;let a=(e-i)/(r-i);return Math.max(0,Math.min(a,1))},Yo=(t,e=t.range.valueAsNumber)=>{let i=Number.isFinite(t.mediaSeekableStart)?t.mediaSeekableStart:0,r=Number.isFinite(t.mediaDuration)?t.mediaDuration:t.mediaSeekableEnd;return Number.isNaN(r)?0:e*(r-i)+i},pi=class extends Ae{constructor(){super(),K(this,Ha),K(this,Lr),K(this,Rr),K(this,Dr),K(this,Wa),K(this,mi),K(this,$a),K(this,xt,null),K(this,$e,void 0),K(this,Mr,void 0),K(this,ui,void 0),K(this,wr,void 0),K(this,kr,void 0),K(this,ci,void 0),K(this,hi,void 0),K(this,Pt,void 0),K(this,Nt,void 0),K(this,di,()=>{ne(this,Ha,Ko).call(this)?U(this,$e).start():U(this,$e).stop()}),K(this,Ba,r=>{this.dragging||(Tt(r)&&(this.range.valueAsNumber=r),U(this,Nt)||this.updateBar())}),this.shadowRoot.querySelector("#track").insertAdjacentHTML("afterbegin",'<div id="buffered" part="buffered"></div>'),oe(this,Mr,this.shadowRoot.querySelectorAll('[part~="box"]')),oe(this,wr,this.shadowRoot.querySelector('[part~="preview-box"]')),oe(this,kr,this.shadowRoot.querySelector('[part~="current-box"]'));let i=getComputedStyle(this);oe(this,ci,parseInt(i.getPropertyValue("--media-box-padding-left"))),oe(this,hi,parseInt(i.getPropertyValue("--media-box-padding-right"))),oe(this,$e,new Ir(this.range,U(this,Ba),60))}static get observedAttributes(){return[...super.observedAttributes,o.MEDIA_PAUSED,o.MEDIA_DURATION,o.MEDIA_SEEKABLE,o.MEDIA_CURRENT_TIME,o.MEDIA_PREVIEW_IMAGE,o.MEDIA_PREVIEW_TIME,o.MEDIA_PREVIEW_CHAPTER,o.MEDIA_BUFFERED,o.MEDIA_PLAYBACK_RATE,o.MEDIA_LOADING,o.MEDIA_ENDED]}connectedCallback(){var e;super.connectedCallback(),this.range.setAttribute("aria-label",_("seek")),U(this,di).call(this),oe(this,xt,this.getRootNode()),(e=U(this,xt))==null||e.addEventListener("transitionstart",this)}disconnectedCallback(){var e;super.disconnectedCallback(),U(this,$e).stop(),(e=U(this,xt))==null||e.removeEventListener("transitionstart",this),oe(this,xt,null)}attributeChangedCallback(e,i,r){super.attributeChangedCallback(e,i,r),i!=r&&(e===o.MEDIA_CURRENT_TIME||e===o.MEDIA_PAUSED||e===o.MEDIA_ENDED||e===o.MEDIA_LOADING||e===o.MEDIA_DURATION||e===o.MEDIA_SEEKABLE?(U(this,$e).update({start:yr(this),duration:this.mediaSeekableEnd-this.mediaSeekableStart,playbackRate:this.mediaPlaybackRate}),U(this,di).call(this),Yl(this)):e===o.MEDIA_BUFFERED&&this.updateBufferedBar(),(e===o.MEDIA_DURATION||e===o.MEDIA_SEEKABLE)&&(this.mediaChaptersCues=U(this,Pt),this.updateBar()))}get mediaChaptersCues(){return U(this,Pt)}set mediaChaptersCues(e){var i;oe(this,Pt,e),this.updateSegments((i=U(this,Pt))==null?void 0:i.map(r=>({start:yr(this,r.startTime),end:yr(this,r.endTime)})))}get mediaPaused(){return b(this,o.MEDIA_PAUSED)}set mediaPaused(e){A(this,o.MEDIA_PAUSED,e)}get mediaLoading(){return b(this,o.MEDIA_LOADING)}set mediaLoading(e){A(this,o.MEDIA_LOADING,e)}get mediaDuration(){return O(this,o.MEDIA_DURATION)}set mediaDuration(e){N(this,o.MEDIA_DURATION,e)}get mediaCurrentTime(){return O(this,o.MEDIA_CURRENT_TIME)}set mediaCurrentTime(e){N(this,o.MEDIA_CURRENT_TIME,e)}get mediaPlaybackRate(){return O(this,o.MEDIA_PLAYBACK_RATE,1)}set mediaPlaybackRate(e){N(this,o.MEDIA_PLAYBACK_RATE,e)}get mediaBuffered(){let e=this.getAttribute(o.MEDIA_BUFFERED);return e?e.split(" ").map(i=>i.split(":").map(r=>+r)):[]}set mediaBuffered(e){if(!e){this.removeAttribute(o.MEDIA_BUFFERED);return}let i=e.map(r=>r.join(":")).join(" ");this.setAttribute(o.MEDIA_BUFFERED,i)}get mediaSeekable(){let e=this.getAttribute(o.MEDIA_SEEKABLE);if(e)return e.split(":").map(i=>+i)}set mediaSeekable(e){if(e==null){this.removeAttribute(o.MEDIA_SEEKABLE);return}this.setAttribute(o.MEDIA_SEEKABLE,e.join(":"))}get mediaSeekableEnd(){var e;let[,i=this.mediaDuration]=(e=this.mediaSeekable)!=null?e:[];return i}get mediaSeekableStart(){var e;let[i=0]=(e=this.mediaSeekable)!=null?e:[];return i}get mediaPreviewImage(){return R(this,o.MEDIA_PREVIEW_IMAGE)}set mediaPreviewImage(e){L(this,o.MEDIA_PREVIEW_IMAGE,e)}get mediaPreviewTime(){return O(this,o.MEDIA_PREVIEW_TIME)}set mediaPreviewTime(e){N(this,o.MEDIA_PREVIEW_TIME,e)}get mediaEnded(){return b(this,o.MEDIA_ENDED)}set mediaEnded(e){A(this,o.MEDIA_ENDED,e)}updateBar(){super.updateBar(),this.updateBufferedBar(),this.updateCurrentBox()}updateBufferedBar(){var e;let i=this.mediaBuffered;if(!i.length)return;let r;if(this.mediaEnded)r=1;else{let s=this.mediaCurrentTime,[,n=this.mediaSeekableStart]=(e=i.find(([d,u])=>d<=s&&s<=u))!=null?e:[];r=yr(this,n)}let{style:a}=C(this.shadowRoot,"#buffered");a.setProperty("width",`${r*100}%`)}updateCurrentBox(){if(!this.shadowRoot.querySelector('slot[name="current"]').assignedElements().length)return;let i=C(this.shadowRoot,"#current-rail"),r=C(this.shadowRoot,'[part~="current-box"]'),a=ne(this,Lr,Ka).call(this,U(this,kr)),s=ne(this,Rr,Ga).call(this,a,this.range.valueAsNumber),n=ne(this,Dr,qa).call(this,a,this.range.valueAsNumber);i.style.transform=`translateX(${s})`,i.style.setProperty("--_range-width",`${a.range.width}`),r.style.setProperty("--_box-shift",`${n}`),r.style.setProperty("--_box-width",`${a.box.width}px`),r.style.setProperty("visibility","initial")}handleEvent(e){switch(super.handleEvent(e),e.type){case"input":ne(this,$a,qo).call(this);break;case"pointermove":ne(this,Wa,Go).call(this,e);break;case"pointerup":U(this,Nt)&&oe(this,Nt,!1);break;case"pointerdown":oe(this,Nt,!0);break;case"pointerleave":ne(this,mi,Cr).call(this,null);break;case"transitionstart":ve(e.target,this)&&setTimeout(()=>U(this,di).call(this),0);break}}};xt=new WeakMap;$e=new WeakMap;Mr=new WeakMap;ui=new WeakMap;wr=new WeakMap;kr=new WeakMap;ci=new WeakMap;hi=new WeakMap;Pt=new WeakMap;Nt=new WeakMap;di=new WeakMap;Ha=new WeakSet;Ko=function(){return this.isConnected&&!this.mediaPaused&&!this.mediaLoading&&!this.mediaEnded&&this.mediaSeekableEnd>0&&Ri(this)};Ba=new WeakMap;Lr=new WeakSet;Ka=function(t){var e;let r=((e=this.getAttribute("bounds")?Oe(this,`#${this.getAttribute("bounds")}`):this.parentElement)!=null?e:this).getBoundingClientRect(),a=this.range.getBoundingClientRect(),s=t.offsetWidth,n=-(a.left-r.left-s/2),d=r.right-a.left-s/2;return{box:{width:s,min:n,max:d},bounds:r,range:a}};Rr=new WeakSet;Ga=function(t,e){let i=`${e*100}%`,{width:r,min:a,max:s}=t.box;if(!r)return i;if(Number.isNaN(a)||(i=`max(${`calc(1 / var(--_range-width) * 100 * ${a}% + var(--media-box-padding-left))`}, ${i})`),!Number.isNaN(s)){let d=`calc(1 / var(--_range-width) * 100 * ${s}% - var(--media-box-padding-right))`;i=`min(${i}, ${d})`}return i};Dr=new WeakSet;qa=function(t,e){let{width:i,min:r,max:a}=t.box,s=e*t.range.width;if(s<r+U(this,ci)){let n=t.range.left-t.bounds.left-U(this,ci);return`${s-i/2+n}px`}if(s>a-U(this,hi)){let n=t.bounds.right-t.range.right-U(this,hi);return`${s+i/2-n-t.range.width}px`}return 0};Wa=new WeakSet;Go=function(t){let e=[...U(this,Mr)].some(I=>t.composedPath().includes(I));if(!this.dragging&&(e||!t.composedPath().includes(this))){ne(this,mi,Cr).call(this,null);return}let i=this.mediaSeekableEnd;if(!i)return;let r=C(this.shadowRoot,"#preview-rail"),a=C(this.shadowRoot,'[part~="preview-box"]'),s=ne(this,Lr,Ka).call(this,U(this,wr)),n=(t.clientX-s.range.left)/s.range.width;n=Math.max(0,Math.min(1,n));let d=ne(this,Rr,Ga).call(this,s,n),u=ne(this,Dr,qa).call(this,s,n);r.style.transform=`translateX(${d})`,r.style.setProperty("--_range-width",`${s.range.width}`),a.style.setProperty("--_box-shift",`${u}`),a.style.setProperty("--_box-width",`${s.box.width}px`);let y=Math.round(U(this,ui))-Math.round(n*i);Math.abs(y)<1&&n>.01&&n<.99||(oe(this,ui,n*i),ne(this,mi,Cr).call(this,U(this,ui)))};mi=new WeakSet;Cr=function(t){this.dispatchEvent(new l.CustomEvent(h.MEDIA_PREVIEW_REQUEST,{composed:!0,bubbles:!0,detail:t}))};$a=new WeakSet;qo=function(){U(this,$e).stop();let t=Yo(this);this.dispatchEvent(new l.CustomEvent(h.MEDIA_SEEK_REQUEST,{composed:!0,bubbles:!0,detail:t}))};pi.shadowRootOptions={mode:"open"};pi.getContainerTemplateHTML=Ql;l.customElements.get("media-time-range")||l.customElements.define("media-time-range",pi);var za=(t,e,i)=>{if(!e.has(t))throw TypeError("Cannot "+i)},Ee=(t,e,i)=>(za(t,e,"read from private field"),i?i.call(t):e.get(t)),ot=(t,e,i)=>{if(e.has(t))throw TypeError("Cannot add the same private member more than once");e instanceof WeakSet?e.add(t):e.set(t,i)},Xa=(t,e,i,r)=>(za(t,e,"write to private field"),r?r.call(t,i):e.set(t,i),i),Ke=(t,e,i)=>(za(t,e,"access private method"),i),Ft,ye,Nr,Za,zo,xr,Ja,Ei,Or,Ur,Ya,Ve={REMAINING:"remaining",SHOW_DURATION:"showduration",NO_TOGGLE:"notoggle"},Qo=[...Object.values(Ve),o.MEDIA_CURRENT_TIME,o.MEDIA_DURATION,o.MEDIA_SEEKABLE],Xo=["Enter"," "],zl="&nbsp;/&nbsp;",Qa=(t,{timesSep:e=zl}={})=>{var i,r;let a=(i=t.mediaCurrentTime)!=null?i:0,[,s]=(r=t.mediaSeekable)!=null?r:[],n=0;Number.isFinite(t.mediaDuration)?n=t.mediaDuration:Number.isFinite(s)&&(n=s);let d=t.remaining?at(0-(n-a)):at(a);return t.showDuration?`${d}${e}${at(n)}`:d},Xl=t=>{var e;let i=t.mediaCurrentTime,[,r]=(e=t.mediaSeekable)!=null?e:[],a=null;if(Number.isFinite(t.mediaDuration)?a=t.mediaDuration:Number.isFinite(r)&&(a=r),i==null||a===null){t.setAttribute("aria-description",_("video not loaded, unknown time."));return}let s=t.remaining?rt(0-(a-i)):rt(i);if(!t.showDuration){t.setAttribute("aria-description",s);return}let n=rt(a),d=_("{currentTime} of {totalTime}",{currentTime:s,totalTime:n});t.setAttribute("aria-description",d)};function Zl(t,e){return`
    <slot>${Qa(e)}</slot>
  `}var Jl=t=>{t.setAttribute("aria-label",_("playback time"))},Pr=class extends se{constructor(){super(),ot(this,Za),ot(this,xr),ot(this,Ei),ot(this,Ur),ot(this,Ft,void 0),ot(this,ye,null),ot(this,Nr,e=>{let{metaKey:i,altKey:r,key:a}=e;if(i||r||!Xo.includes(a)){this.removeEventListener("keyup",Ee(this,ye));return}this.addEventListener("keyup",Ee(this,ye))}),Xa(this,Ft,this.shadowRoot.querySelector("slot")),Ee(this,Ft).innerHTML=`${Qa(this)}`}static get observedAttributes(){return[...super.observedAttributes,...Qo,"disabled"]}connectedCallback(){let{style:e}=C(this.shadowRoot,":host(:hover:not([notoggle]))");e.setProperty("cursor","var(--media-cursor, pointer)"),e.setProperty("background","var(--media-control-hover-background, rgba(50 50 70 / .7))"),this.setAttribute("aria-label",_("playback time")),Ke(this,Ei,Or).call(this),super.connectedCallback()}toggleTimeDisplay(){this.noToggle||(this.hasAttribute("remaining")?this.removeAttribute("remaining"):this.setAttribute("remaining",""))}disconnectedCallback(){this.disable(),Ke(this,xr,Ja).call(this),super.disconnectedCallback()}attributeChangedCallback(e,i,r){Jl(this),Qo.includes(e)?this.update():e==="disabled"&&r!==i?r==null?Ke(this,Ei,Or).call(this):Ke(this,Ur,Ya).call(this):e===Ve.NO_TOGGLE&&r!==i&&(this.noToggle?Ke(this,Ur,Ya).call(this):Ke(this,Ei,Or).call(this)),super.attributeChangedCallback(e,i,r)}enable(){this.noToggle||(this.tabIndex=0)}disable(){this.tabIndex=-1}get remaining(){return b(this,Ve.REMAINING)}set remaining(e){A(this,Ve.REMAINING,e)}get showDuration(){return b(this,Ve.SHOW_DURATION)}set showDuration(e){A(this,Ve.SHOW_DURATION,e)}get noToggle(){return b(this,Ve.NO_TOGGLE)}set noToggle(e){A(this,Ve.NO_TOGGLE,e)}get mediaDuration(){return O(this,o.MEDIA_DURATION)}set mediaDuration(e){N(this,o.MEDIA_DURATION,e)}get mediaCurrentTime(){return O(this,o.MEDIA_CURRENT_TIME)}set mediaCurrentTime(e){N(this,o.MEDIA_CURRENT_TIME,e)}get mediaSeekable(){let e=this.getAttribute(o.MEDIA_SEEKABLE);if(e)return e.split(":").map(i=>+i)}set mediaSeekable(e){if(e==null){this.removeAttribute(o.MEDIA_SEEKABLE);return}this.setAttribute(o.MEDIA_SEEKABLE,e.join(":"))}update(){let e=Qa(this);Xl(this),e!==Ee(this,Ft).innerHTML&&(Ee(this,Ft).innerHTML=e)}};Ft=new WeakMap;ye=new WeakMap;Nr=new WeakMap;Za=new WeakSet;zo=function(){Ee(this,ye)||(Xa(this,ye,t=>{let{key:e}=t;if(!Xo.includes(e)){this.removeEventListener("keyup",Ee(this,ye));return}this.toggleTimeDisplay()}),this.addEventListener("keydown",Ee(this,Nr)),this.addEventListener("click",this.toggleTimeDisplay))};xr=new WeakSet;Ja=function(){Ee(this,ye)&&(this.removeEventListener("keyup",Ee(this,ye)),this.removeEventListener("keydown",Ee(this,Nr)),this.removeEventListener("click",this.toggleTimeDisplay),Xa(this,ye,null))};Ei=new WeakSet;Or=function(){!this.noToggle&&!this.hasAttribute("disabled")&&(this.setAttribute("role","button"),this.enable(),Ke(this,Za,zo).call(this))};Ur=new WeakSet;Ya=function(){this.removeAttribute("role"),this.disable(),Ke(this,xr,Ja).call(this)};Pr.getSlotTemplateHTML=Zl;l.customElements.get("media-time-display")||l.customElements.define("media-time-display",Pr);var Zo=`<svg aria-hidden="true" viewBox="0 0 28 24">
  <path d="M24 3H4a1 1 0 0 0-1 1v16a1 1 0 0 0 1 1h20a1 1 0 0 0 1-1V4a1 1 0 0 0-1-1Zm-1 16H5V5h18v14Zm-3-8h-7v5h7v-5Z"/>
</svg>`;function jl(t){return`
    <style>
      :host([${o.MEDIA_IS_PIP}]) slot[name=icon] slot:not([name=exit]) {
        display: none !important;
      }

      :host(:not([${o.MEDIA_IS_PIP}])) slot[name=icon] slot:not([name=enter]) {
        display: none !important;
      }

      :host([${o.MEDIA_IS_PIP}]) slot[name=tooltip-enter],
      :host(:not([${o.MEDIA_IS_PIP}])) slot[name=tooltip-exit] {
        display: none;
      }
    </style>

    <slot name="icon">
      <slot name="enter">${Zo}</slot>
      <slot name="exit">${Zo}</slot>
    </slot>
  `}function ed(){return`
    <slot name="tooltip-enter">${_("Enter picture in picture mode")}</slot>
    <slot name="tooltip-exit">${_("Exit picture in picture mode")}</slot>
  `}var Jo=t=>{let e=t.mediaIsPip?_("exit picture in picture mode"):_("enter picture in picture mode");t.setAttribute("aria-label",e)},vi=class extends V{static get observedAttributes(){return[...super.observedAttributes,o.MEDIA_IS_PIP,o.MEDIA_PIP_UNAVAILABLE]}connectedCallback(){super.connectedCallback(),Jo(this)}attributeChangedCallback(e,i,r){super.attributeChangedCallback(e,i,r),e===o.MEDIA_IS_PIP&&Jo(this)}get mediaPipUnavailable(){return R(this,o.MEDIA_PIP_UNAVAILABLE)}set mediaPipUnavailable(e){L(this,o.MEDIA_PIP_UNAVAILABLE,e)}get mediaIsPip(){return b(this,o.MEDIA_IS_PIP)}set mediaIsPip(e){A(this,o.MEDIA_IS_PIP,e)}handleClick(){let e=this.mediaIsPip?h.MEDIA_EXIT_PIP_REQUEST:h.MEDIA_ENTER_PIP_REQUEST;this.dispatchEvent(new l.CustomEvent(e,{composed:!0,bubbles:!0}))}};vi.getSlotTemplateHTML=jl;vi.getTooltipContentHTML=ed;l.customElements.get("media-pip-button")||l.customElements.define("media-pip-button",vi);var en=(t,e,i)=>{if(!e.has(t))throw TypeError("Cannot "+i)},td=(t,e,i)=>(en(t,e,"read from private field"),i?i.call(t):e.get(t)),id=(t,e,i)=>{if(e.has(t))throw TypeError("Cannot add the same private member more than once");e instanceof WeakSet?e.add(t):e.set(t,i)},rd=(t,e,i,r)=>(en(t,e,"write to private field"),r?r.call(t,i):e.set(t,i),i),Fr,ad=`<svg aria-hidden="true" viewBox="0 0 26 24">
  <path d="M16 3v2.5h3.5V9H22V3h-6ZM4 9h2.5V5.5H10V3H4v6Zm15.5 9.5H16V21h6v-6h-2.5v3.5ZM6.5 15H4v6h6v-2.5H6.5V15Z"/>
</svg>`,sd=`<svg aria-hidden="true" viewBox="0 0 26 24">
  <path d="M18.5 6.5V3H16v6h6V6.5h-3.5ZM16 21h2.5v-3.5H22V15h-6v6ZM4 17.5h3.5V21H10v-6H4v2.5Zm3.5-11H4V9h6V3H7.5v3.5Z"/>
</svg>`;function od(t){return`
    <style>
      :host([${o.MEDIA_IS_FULLSCREEN}]) slot[name=icon] slot:not([name=exit]) {
        display: none !important;
      }

      
      :host(:not([${o.MEDIA_IS_FULLSCREEN}])) slot[name=icon] slot:not([name=enter]) {
        display: none !important;
      }

      :host([${o.MEDIA_IS_FULLSCREEN}]) slot[name=tooltip-enter],
      :host(:not([${o.MEDIA_IS_FULLSCREEN}])) slot[name=tooltip-exit] {
        display: none;
      }
    </style>

    <slot name="icon">
      <slot name="enter">${ad}</slot>
      <slot name="exit">${sd}</slot>
    </slot>
  `}function nd(){return`
    <slot name="tooltip-enter">${_("Enter fullscreen mode")}</slot>
    <slot name="tooltip-exit">${_("Exit fullscreen mode")}</slot>
  `}var jo=t=>{let e=t.mediaIsFullscreen?_("exit fullscreen mode"):_("enter fullscreen mode");t.setAttribute("aria-label",e)},fi=class extends V{constructor(){super(...arguments),id(this,Fr,null)}static get observedAttributes(){return[...super.observedAttributes,o.MEDIA_IS_FULLSCREEN,o.MEDIA_FULLSCREEN_UNAVAILABLE]}connectedCallback(){super.connectedCallback(),jo(this)}attributeChangedCallback(e,i,r){super.attributeChangedCallback(e,i,r),e===o.MEDIA_IS_FULLSCREEN&&jo(this)}get mediaFullscreenUnavailable(){return R(this,o.MEDIA_FULLSCREEN_UNAVAILABLE)}set mediaFullscreenUnavailable(e){L(this,o.MEDIA_FULLSCREEN_UNAVAILABLE,e)}get mediaIsFullscreen(){return b(this,o.MEDIA_IS_FULLSCREEN)}set mediaIsFullscreen(e){A(this,o.MEDIA_IS_FULLSCREEN,e)}handleClick(e){rd(this,Fr,e);let i=td(this,Fr)instanceof PointerEvent,r=this.mediaIsFullscreen?new l.CustomEvent(h.MEDIA_EXIT_FULLSCREEN_REQUEST,{composed:!0,bubbles:!0}):new l.CustomEvent(h.MEDIA_ENTER_FULLSCREEN_REQUEST,{composed:!0,bubbles:!0,detail:i});this.dispatchEvent(r)}};Fr=new WeakMap;fi.getSlotTemplateHTML=od;fi.getTooltipContentHTML=nd;l.customElements.get("media-fullscreen-button")||l.customElements.define("media-fullscreen-button",fi);var rn=(t,e,i)=>{if(!e.has(t))throw TypeError("Cannot "+i)},_i=(t,e,i)=>(rn(t,e,"read from private field"),i?i.call(t):e.get(t)),tn=(t,e,i)=>{if(e.has(t))throw TypeError("Cannot add the same private member more than once");e instanceof WeakSet?e.add(t):e.set(t,i)},gi=(t,e,i,r)=>(rn(t,e,"write to private field"),r?r.call(t,i):e.set(t,i),i),ke,Br,Hr={LOADING_DELAY:"loadingdelay",NO_AUTOHIDE:"noautohide"},an=500,ld=`
<svg aria-hidden="true" viewBox="0 0 100 100">
  <path d="M73,50c0-12.7-10.3-23-23-23S27,37.3,27,50 M30.9,50c0-10.5,8.5-19.1,19.1-19.1S69.1,39.5,69.1,50">
    <animateTransform
       attributeName="transform"
       attributeType="XML"
       type="rotate"
       dur="1s"
       from="0 50 50"
       to="360 50 50"
       repeatCount="indefinite" />
  </path>
</svg>
`;function dd(t){return`
    <style>
      :host {
        display: var(--media-control-display, var(--media-loading-indicator-display, inline-block));
        vertical-align: middle;
        box-sizing: border-box;
        --_loading-indicator-delay: var(--media-loading-indicator-transition-delay, ${an}ms);
      }

      #status {
        color: rgba(0,0,0,0);
        width: 0px;
        height: 0px;
      }

      :host slot[name=icon] > *,
      :host ::slotted([slot=icon]) {
        opacity: var(--media-loading-indicator-opacity, 0);
        transition: opacity 0.15s;
      }

      :host([${o.MEDIA_LOADING}]:not([${o.MEDIA_PAUSED}])) slot[name=icon] > *,
      :host([${o.MEDIA_LOADING}]:not([${o.MEDIA_PAUSED}])) ::slotted([slot=icon]) {
        opacity: var(--media-loading-indicator-opacity, 1);
        transition: opacity 0.15s var(--_loading-indicator-delay);
      }

      :host #status {
        visibility: var(--media-loading-indicator-opacity, hidden);
        transition: visibility 0.15s;
      }

      :host([${o.MEDIA_LOADING}]:not([${o.MEDIA_PAUSED}])) #status {
        visibility: var(--media-loading-indicator-opacity, visible);
        transition: visibility 0.15s var(--_loading-indicator-delay);
      }

      svg, img, ::slotted(svg), ::slotted(img) {
        width: var(--media-loading-indicator-icon-width);
        height: var(--media-loading-indicator-icon-height, 100px);
        fill: var(--media-icon-color, var(--media-primary-color, rgb(238 238 238)));
        vertical-align: middle;
      }
    </style>

    <slot name="icon">${ld}</slot>
    <div id="status" role="status" aria-live="polite">${_("media loading")}</div>
  `}var bi=class extends l.HTMLElement{constructor(){if(super(),tn(this,ke,void 0),tn(this,Br,an),!this.shadowRoot){this.attachShadow(this.constructor.shadowRootOptions);let e=W(this.attributes);this.shadowRoot.innerHTML=this.constructor.getTemplateHTML(e)}}static get observedAttributes(){return[k.MEDIA_CONTROLLER,o.MEDIA_PAUSED,o.MEDIA_LOADING,Hr.LOADING_DELAY]}attributeChangedCallback(e,i,r){var a,s,n,d,u;e===Hr.LOADING_DELAY&&i!==r?this.loadingDelay=Number(r):e===k.MEDIA_CONTROLLER&&(i&&((s=(a=_i(this,ke))==null?void 0:a.unassociateElement)==null||s.call(a,this),gi(this,ke,null)),r&&this.isConnected&&(gi(this,ke,(n=this.getRootNode())==null?void 0:n.getElementById(r)),(u=(d=_i(this,ke))==null?void 0:d.associateElement)==null||u.call(d,this)))}connectedCallback(){var e,i,r;let a=this.getAttribute(k.MEDIA_CONTROLLER);a&&(gi(this,ke,(e=this.getRootNode())==null?void 0:e.getElementById(a)),(r=(i=_i(this,ke))==null?void 0:i.associateElement)==null||r.call(i,this))}disconnectedCallback(){var e,i;(i=(e=_i(this,ke))==null?void 0:e.unassociateElement)==null||i.call(e,this),gi(this,ke,null)}get loadingDelay(){return _i(this,Br)}set loadingDelay(e){gi(this,Br,e);let{style:i}=C(this.shadowRoot,":host");i.setProperty("--_loading-indicator-delay",`var(--media-loading-indicator-transition-delay, ${e}ms)`)}get mediaPaused(){return b(this,o.MEDIA_PAUSED)}set mediaPaused(e){A(this,o.MEDIA_PAUSED,e)}get mediaLoading(){return b(this,o.MEDIA_LOADING)}set mediaLoading(e){A(this,o.MEDIA_LOADING,e)}get mediaController(){return R(this,k.MEDIA_CONTROLLER)}set mediaController(e){L(this,k.MEDIA_CONTROLLER,e)}get noAutohide(){return b(this,Hr.NO_AUTOHIDE)}set noAutohide(e){A(this,Hr.NO_AUTOHIDE,e)}};ke=new WeakMap;Br=new WeakMap;bi.shadowRootOptions={mode:"open"};bi.getTemplateHTML=dd;l.customElements.get("media-loading-indicator")||l.customElements.define("media-loading-indicator",bi);export{An as addTranslation,Qr as setLanguage};
