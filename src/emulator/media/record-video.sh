#!/bin/sh
# Records video.webm, the video that the emulator serves for every media id: two minutes of moving colours with a clock and a
# chime every ten seconds. Two minutes are longer than the emulator's transcripts. Needs ffmpeg with libvpx and libopus.
set -eu
cd "$(dirname "$0")"

clock="drawbox=x=0:y=ih-46:w=iw:h=46:color=black@0.35:t=fill"
clock="$clock,drawtext=text='%{pts\\:gmtime\\:0\\:%M\\\\\\:%S}':fontcolor=white:fontsize=26:x=14:y=h-36"
# Silence costs almost nothing in Opus (-dtx), so the chime lasts one second.
chime="0.25*sin(2*PI*(330+110*floor(mod(t\\,40)/10))*t)*exp(-6*mod(t\\,10))*lt(mod(t\\,10)\\,1.2)"

ffmpeg -y -loglevel error \
  -f lavfi -i "gradients=s=320x180:r=8:d=120:n=4:c0=0x1b2a4a:c1=0xd9826b:c2=0x2f6f73:c3=0xf2c14e:speed=0.006:seed=7" \
  -f lavfi -i "aevalsrc='$chime':s=16000:d=120" \
  -filter_complex "[0:v]$clock,format=yuv420p[v]" -map '[v]' -map 1:a \
  -c:v libvpx-vp9 -b:v 0 -crf 52 -g 80 -deadline good -cpu-used 1 \
  -c:a libopus -b:a 6k -vbr on -application voip -dtx 1 -frame_duration 60 \
  -map_metadata -1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact -cues_to_front 1 \
  video.webm
