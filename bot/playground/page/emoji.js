// The emoji shortcodes that turn up most; an unknown one stays as it was typed.

const TABLE = `
smile 😄 smiley 😃 grinning 😀 grin 😁 laughing 😆 joy 😂 rofl 🤣 wink 😉 blush 😊 slightly_smiling_face 🙂 upside_down_face 🙃
heart_eyes 😍 star-struck 🤩 kissing_heart 😘 yum 😋 sunglasses 😎 nerd_face 🤓 thinking_face 🤔 thinking 🤔 neutral_face 😐
expressionless 😑 no_mouth 😶 smirk 😏 unamused 😒 roll_eyes 🙄 face_with_rolling_eyes 🙄 grimacing 😬 relieved 😌 pensive 😔
sleepy 😪 sleeping 😴 confused 😕 worried 😟 slightly_frowning_face 🙁 open_mouth 😮 hushed 😯 astonished 😲 flushed 😳
pleading_face 🥺 cry 😢 sob 😭 scream 😱 disappointed 😞 sweat 😓 sweat_smile 😅 weary 😩 tired_face 😫 triumph 😤 rage 😡 angry 😠
exploding_head 🤯 hugging_face 🤗 partying_face 🥳 wave 👋 raised_hand ✋ hand 🖐️ ok_hand 👌 v ✌️ crossed_fingers 🤞
point_left 👈 point_right 👉 point_up ☝️ point_down 👇 +1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 fist ✊ facepunch 👊 clap 👏
raised_hands 🙌 open_hands 👐 handshake 🤝 pray 🙏 writing_hand ✍️ muscle 💪 brain 🧠 eyes 👀 speech_balloon 💬 thought_balloon 💭
heart ❤️ orange_heart 🧡 yellow_heart 💛 green_heart 💚 blue_heart 💙 purple_heart 💜 black_heart 🖤 white_heart 🤍 broken_heart 💔
100 💯 boom 💥 sparkles ✨ star ⭐ star2 🌟 dizzy 💫 fire 🔥 zap ⚡ rainbow 🌈 sunny ☀️ partly_sunny ⛅ cloud ☁️ rain_cloud 🌧️
snowflake ❄️ umbrella ☔ crescent_moon 🌙 sunrise 🌅 city_sunset 🌇 earth_africa 🌍 earth_americas 🌎 earth_asia 🌏 seedling 🌱
herb 🌿 four_leaf_clover 🍀 deciduous_tree 🌳 evergreen_tree 🌲 cactus 🌵 cherry_blossom 🌸 sunflower 🌻 coffee ☕ tea 🍵 beer 🍺
pizza 🍕 cake 🍰 birthday 🎂 apple 🍎 tada 🎉 confetti_ball 🎊 balloon 🎈 gift 🎁 trophy 🏆 medal 🏅 sports_medal 🏅 first_place_medal 🥇
second_place_medal 🥈 third_place_medal 🥉 dart 🎯 game_die 🎲 checkered_flag 🏁 runner 🏃 woman-running 🏃‍♀️ mountain ⛰️
rocket 🚀 airplane ✈️ car 🚗 bike 🚲 ship 🚢 house 🏠 office 🏢 school 🏫 computer 💻 keyboard ⌨️ iphone 📱 bulb 💡 battery 🔋 wrench 🔧
hammer 🔨 hammer_and_wrench 🛠️ gear ⚙️ mag 🔍 mag_right 🔎 microscope 🔬 telescope 🔭 lock 🔒 unlock 🔓 key 🔑 bell 🔔 no_bell 🔕
loudspeaker 📢 mega 📣 email 📧 envelope ✉️ inbox_tray 📥 outbox_tray 📤 package 📦 memo 📝 pencil 📝 pencil2 ✏️ book 📖 books 📚
notebook 📓 open_book 📖 bookmark 🔖 clipboard 📋 calendar 📆 date 📅 spiral_calendar_pad 🗓️ chart_with_upwards_trend 📈
chart_with_downwards_trend 📉 bar_chart 📊 pushpin 📌 paperclip 📎 link 🔗 scissors ✂️ file_folder 📁 open_file_folder 📂 card_index 📇
hourglass ⌛ hourglass_flowing_sand ⏳ watch ⌚ alarm_clock ⏰ stopwatch ⏱️ timer_clock ⏲️ clock9 🕘 white_check_mark ✅
heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌ negative_squared_cross_mark ❎ warning ⚠️ no_entry ⛔ no_entry_sign 🚫
question ❓ exclamation ❗ heavy_exclamation_mark ❗ information_source ℹ️ recycle ♻️ repeat 🔁 arrows_counterclockwise 🔄 arrow_right ➡️
arrow_left ⬅️ arrow_up ⬆️ arrow_down ⬇️ arrow_forward ▶️ double_vertical_bar ⏸️ pause_button ⏸️ black_right_pointing_triangle ▶️
red_circle 🔴 large_orange_circle 🟠 large_yellow_circle 🟡 large_green_circle 🟢 large_blue_circle 🔵 large_purple_circle 🟣
white_circle ⚪ black_circle ⚫ large_green_square 🟩 large_yellow_square 🟨 large_red_square 🟥 white_large_square ⬜
black_large_square ⬛ small_blue_diamond 🔹 small_orange_diamond 🔸 one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ zzz 💤 robot_face 🤖
ghost 👻 skull 💀 cat 🐱 dog 🐶 owl 🦉 turtle 🐢 bee 🐝 butterfly 🦋 unicorn_face 🦄 crown 👑 gem 💎 money_with_wings 💸
technologist 🧑‍💻 teacher 🧑‍🏫 student 🧑‍🎓 busts_in_silhouette 👥 bust_in_silhouette 👤 man 👨 woman 👩 performing_arts 🎭
microphone 🎤 headphones 🎧 musical_note 🎵 art 🎨 movie_camera 🎥 camera 📷 shield 🛡️ scales ⚖️ triangular_flag_on_post 🚩
white_flag 🏳️ sos 🆘 new 🆕 ok 🆗 cool 🆒 free 🆓 up 🆙 heavy_plus_sign ➕ heavy_minus_sign ➖ building_construction 🏗️ bricks 🧱
compass 🧭 world_map 🗺️ ladder 🪜 palm_tree 🌴 beach_with_umbrella 🏖️ ice_cube 🧊 snowman ⛄ dash 💨 footprints 👣`;

const CODES = new Map();
const words = TABLE.trim().split(/\s+/);
for (let index = 0; index + 1 < words.length; index += 2) CODES.set(words[index], words[index + 1]);

/** The character of a shortcode without its colons, or null. A skin tone ("wave::skin-tone-3") is left out. */
export function emojiOf(code) {
  return CODES.get(code.replace(/::skin-tone-\d$/, "")) || null;
}

/** Replace each known :shortcode: in a plain text. */
export function withEmoji(text) {
  return String(text ?? "").replace(/:([a-z0-9_+-]+(?:::skin-tone-\d)?):/g, (whole, code) => emojiOf(code) || whole);
}
